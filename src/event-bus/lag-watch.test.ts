import { expect, test } from 'vitest';
import { LagWatch } from './lag-watch.ts';

const PATIENCE = 1_000;

test('who takes nothing while it is waited for is given up when the patience is over, not before', () => {
  const watch = new LagWatch(PATIENCE);
  expect(watch.waitsForClient(5, 0)).toBe(PATIENCE);
  watch.check(5, 999);
  expect(watch.waitsForClient(5, 999)).toBe(1);
  expect(() => watch.check(5, 1_000)).toThrow(expect.objectContaining({ code: 'STREAM_LAGGING' }));
});

test('who has come closer gets as much time again, and is given up when it no longer does', () => {
  const watch = new LagWatch(PATIENCE);
  watch.waitsForClient(50_000, 0);
  watch.check(49_999, 1_000);
  watch.check(49_999, 1_999);
  expect(() => watch.check(49_999, 2_000)).toThrow('more slowly than the log grows');
});

test('who reads, but less than the log grows by, is given up', () => {
  const watch = new LagWatch(PATIENCE);
  watch.waitsForClient(10, 0);
  expect(() => watch.check(11, 1_500)).toThrow('more slowly than the log grows');
});

test('who has caught up starts anew', () => {
  const watch = new LagWatch(PATIENCE);
  watch.waitsForClient(3, 0);
  watch.isOver();
  watch.check(3, 5_000);
  expect(watch.waitsForClient(9, 5_000)).toBe(PATIENCE);
  watch.check(9, 5_999);
});
