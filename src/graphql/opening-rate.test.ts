import { expect, test } from 'vitest';
import { OpeningRate } from './opening-rate.ts';

test('as many as a burst pass at once, then one for each interval, and what is refused costs nothing', () => {
  const rate = new OpeningRate({ perSecond: 10, burst: 3 });
  expect([rate.count('a', 0), rate.count('a', 0), rate.count('a', 0)]).toEqual([0, 0, 0]);
  expect([rate.count('a', 0), rate.count('a', 40)]).toEqual([100, 60]);
  expect([rate.count('a', 100), rate.count('a', 100)]).toEqual([0, 100]);
  expect(rate.count('b', 100)).toBe(0);
});

test('no more than a burst is ever saved up', () => {
  const rate = new OpeningRate({ perSecond: 10, burst: 3 });
  for (let count = 0; count < 3; count += 1) expect(rate.count('a', 1_000_000)).toBe(0);
  expect(rate.count('a', 1_000_000)).toBe(100);
});

test('a rate that divides no millisecond lets all through that come in step with it', () => {
  const rate = new OpeningRate({ perSecond: 7, burst: 1 });
  for (let count = 0; count < 10_000; count += 1) expect(rate.count('a', (count * 1000) / 7)).toBe(0);
});

test('who has opened nothing for a while is forgotten', () => {
  const rate = new OpeningRate({ perSecond: 10, burst: 3 });
  for (let count = 0; count < 100; count += 1) rate.count(`address-${count}`, count);
  expect(rate.size).toBe(100);
  rate.count('another', 199);
  expect(rate.size).toBe(1);
});

test('however many there are, it remembers a bounded number, and the latest of them', () => {
  const rate = new OpeningRate({ perSecond: 1, burst: 1 });
  for (let count = 0; count < 25_000; count += 1) rate.count(`address-${count}`, 0);
  expect(rate.size).toBe(20_000);
  expect(rate.count('address-24999', 0)).toBe(1000);
  expect(rate.count('address-0', 0)).toBe(0);
});
