import fc from 'fast-check';
import { expect, test } from 'vitest';
import { backoffMs } from './retry.ts';

const policy = fc.record({
  maxAttempts: fc.integer({ min: 1, max: 100 }),
  baseMs: fc.integer({ min: 1, max: 60_000 }),
  maxMs: fc.integer({ min: 1, max: 3_600_000 }),
});
const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

test('a pause is between half of the full one and the full one, and never above the maximum', () => {
  fc.assert(
    fc.property(policy, fc.integer({ min: 1, max: 10_000 }), chance, (limits, failures, random) => {
      const pause = backoffMs(limits, failures, () => random);
      const full = Math.min(limits.baseMs * 2 ** Math.min(failures - 1, 30), limits.maxMs);
      expect(Number.isInteger(pause)).toBe(true);
      expect(pause).toBeGreaterThanOrEqual(Math.floor(full / 2));
      expect(pause).toBeLessThanOrEqual(full);
    }),
  );
});

test('with the same luck a further failure never shortens the pause', () => {
  fc.assert(
    fc.property(policy, fc.integer({ min: 1, max: 100 }), chance, (limits, failures, random) => {
      expect(backoffMs(limits, failures + 1, () => random)).toBeGreaterThanOrEqual(
        backoffMs(limits, failures, () => random),
      );
    }),
  );
});
