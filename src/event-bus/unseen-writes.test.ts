import { expect, test } from 'vitest';
import { UnseenWrites } from './unseen-writes.ts';

test('a tag is touched until the last event that touches it is removed', () => {
  const unseen = new UnseenWrites(10);
  unseen.add('1', ['a', 'b']);
  unseen.add('2', ['b']);
  unseen.remove('1');
  expect(unseen.touchAny(['a'])).toBe(false);
  expect(unseen.touchAny(['a', 'b'])).toBe(true);
  unseen.remove('2');
  expect(unseen.touchAny(['b'])).toBe(false);
});

test('an event added twice is removed at once', () => {
  const unseen = new UnseenWrites(10);
  unseen.add('1', ['a']);
  unseen.add('1', ['a']);
  unseen.remove('1');
  expect(unseen.touchAny(['a'])).toBe(false);
});

test('beyond the limit the oldest event is forgotten', () => {
  const unseen = new UnseenWrites(2);
  unseen.add('1', ['a']);
  unseen.add('2', ['b']);
  unseen.add('3', ['c']);
  expect(unseen.touchAny(['a'])).toBe(false);
  expect(unseen.touchAny(['b'])).toBe(true);
  expect(unseen.touchAny(['c'])).toBe(true);
});
