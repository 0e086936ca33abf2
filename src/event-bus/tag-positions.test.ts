import { expect, test } from 'vitest';
import { TagPositions } from './tag-positions.ts';

test('the newest event that touched one of the tags counts', () => {
  const positions = new TagPositions(10, 100);
  positions.touch(['a', 'b'], 11);
  positions.touch(['b', 'c'], 12);
  expect(positions.newestOf(['a'])).toBe(11);
  expect(positions.newestOf(['a', 'c'])).toBe(12);
});

test('a tag that no event is known to have touched counts as touched where knowledge begins', () => {
  expect(new TagPositions(10, 100).newestOf(['a'])).toBe(10);
});

test('beyond the limit the tags touched longest ago are forgotten, and count as touched by the newest forgotten event', () => {
  const positions = new TagPositions(0, 2);
  positions.touch(['a'], 1);
  positions.touch(['b'], 2);
  positions.touch(['a'], 3);
  positions.touch(['c'], 4);
  expect(positions.newestOf(['b'])).toBe(2);
  expect(positions.newestOf(['never touched'])).toBe(2);
  expect(positions.newestOf(['a'])).toBe(3);
  expect(positions.newestOf(['c'])).toBe(4);
});

test('touching everything leaves no tag older', () => {
  const positions = new TagPositions(0, 100);
  positions.touch(['a'], 1);
  positions.touchAll(5);
  expect(positions.newestOf(['a'])).toBe(5);
  expect(positions.newestOf(['b'])).toBe(5);
});
