import { expect, test } from 'vitest';
import { firstDifference } from '../../scripts/first-difference.ts';

test('equal texts have no difference', () => {
  expect(firstDifference('a\nb\n', 'a\nb\n')).toBeNull();
});

test('a difference is shown from its first line on', () => {
  expect(firstDifference('a\nb', 'a\nc')).toBe('  line 2:\n  - b\n  + c');
});

test('an end that comes too early is a difference', () => {
  expect(firstDifference('a\nb', 'a')).toBe('  line 2:\n  - b');
});
