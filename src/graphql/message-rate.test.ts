import { expect, test } from 'vitest';
import { MessageRate } from './message-rate.ts';

test('a burst as large as the rate passes, what follows at once has to wait its turn', () => {
  const rate = new MessageRate(10, 0);
  expect(Array.from({ length: 10 }, () => rate.count(0))).toEqual(Array.from({ length: 10 }, () => 0));
  expect(rate.count(0)).toBe(100);
  expect(rate.count(0)).toBe(200);
});

test('what was waited for is earned again, and no more than a burst is ever saved up', () => {
  const rate = new MessageRate(10, 0);
  for (let count = 0; count < 12; count += 1) rate.count(0);
  expect(rate.count(300)).toBe(0);
  expect(rate.count(300)).toBe(100);
  for (let count = 0; count < 10; count += 1) expect(rate.count(1_000_000)).toBe(0);
  expect(rate.count(1_000_000)).toBe(100);
});
