import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nextGaps } from './sequencer.ts';

type Gaps = ReturnType<typeof nextGaps>;

const nothing = { found: null, holes: null, seenBefore: null, horizon: '0' };

test('a hole becomes a gap, dated by the tick that saw it', () => {
  expect(
    nextGaps([], {
      ...nothing,
      holes: [
        [3, 4],
        [7, 7],
      ],
      seenBefore: '50',
      horizon: '40',
    }),
  ).toEqual([
    { low: 3, high: 4, seenBefore: 50n },
    { low: 7, high: 7, seenBefore: 50n },
  ]);
});

test('a number that appeared is cut out of its gap', () => {
  const gaps = [{ low: 3, high: 6, seenBefore: 50n }];
  expect(nextGaps(gaps, { ...nothing, found: [5] })).toEqual([
    { low: 3, high: 4, seenBefore: 50n },
    { low: 6, high: 6, seenBefore: 50n },
  ]);
  expect(nextGaps(gaps, { ...nothing, found: [3, 4, 5, 6] })).toEqual([]);
});

test('a gap is kept while a transaction that may have drawn it is open, and dropped after', () => {
  const gaps = [{ low: 3, high: 3, seenBefore: 50n }];
  expect(nextGaps(gaps, { ...nothing, horizon: '49' })).toEqual(gaps);
  expect(nextGaps(gaps, { ...nothing, horizon: '50' })).toEqual([]);
});

test('transaction ids beyond the precision of a double are told apart', () => {
  const gaps = [{ low: 3, high: 3, seenBefore: 9_007_199_254_740_993n }];
  expect(nextGaps(gaps, { ...nothing, horizon: '9007199254740992' })).toEqual(gaps);
});

/** What one tick finds: for each number still missing whether it appears, and new numbers, visible or not. */
const tickSpec = fc.record({
  appear: fc.array(fc.boolean(), { maxLength: 12 }),
  fresh: fc.array(fc.boolean(), { maxLength: 12 }),
  xids: fc.nat({ max: 5 }),
  ended: fc.nat({ max: 8 }),
});

test('a few gaps follow exactly the numbers that are missing and may still come', () => {
  fc.assert(
    fc.property(fc.array(tickSpec, { maxLength: 30 }), (specs) => {
      const missing = new Map<number, bigint>();
      let gaps: Gaps = [];
      let high = 0;
      let xid = 10n;
      let horizon = 10n;
      for (const spec of specs) {
        // As sequence_events would tell it.
        const found = [...missing.keys()].filter((_number, index) => spec.appear[index]);
        const lastVisible = spec.fresh.lastIndexOf(true);
        const unseen = spec.fresh
          .slice(0, Math.max(0, lastVisible))
          .flatMap((visible, index) => (visible ? [] : [high + 1 + index]));
        horizon = horizon + BigInt(spec.ended) < xid ? horizon + BigInt(spec.ended) : xid;
        xid += BigInt(spec.xids) + 1n;
        const holes = runsOf(unseen);
        gaps = nextGaps(gaps, {
          found: found.length > 0 ? found : null,
          holes: holes.length > 0 ? holes : null,
          seenBefore: holes.length > 0 ? String(xid) : null,
          horizon: String(horizon),
        });
        // The naive model: one entry per missing number.
        for (const number of found) missing.delete(number);
        for (const [number, seenBefore] of missing) if (seenBefore <= horizon) missing.delete(number);
        for (const number of unseen) missing.set(number, xid);
        high += lastVisible + 1;

        expect(numbersOf(gaps)).toEqual([...missing.keys()].toSorted((a, b) => a - b));
        for (const gap of gaps) expect(gap.seenBefore).toBe(missing.get(gap.low));
      }
    }),
    { numRuns: 500 },
  );
});

test('however many holes there are, the list stays bounded, in order, and covers every one of them', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ skip: fc.nat({ max: 3 }), width: fc.nat({ max: 1_500 }), xid: fc.nat({ max: 99 }) }), {
        minLength: 900,
        maxLength: 3_000,
        size: 'max',
      }),
      (plans) => {
        let low = 1;
        const holes = plans.map(({ skip, width }) => {
          const hole = [low, low + width] as const;
          low += width + skip + 2;
          return hole;
        });
        const half = Math.floor(holes.length / 2);
        const first = nextGaps([], { ...nothing, holes: holes.slice(0, half), seenBefore: '100' });
        const gaps = nextGaps(first, { ...nothing, holes: holes.slice(half), seenBefore: '200' });

        expect(gaps.length).toBeLessThanOrEqual(1_000);
        for (const [index, gap] of gaps.entries()) expect(gap.low).toBeGreaterThan(gaps[index - 1]?.high ?? 0);
        for (const [index, [from, to]] of holes.entries()) {
          const cover = gaps.find((gap) => gap.low <= from && to <= gap.high);
          expect(cover?.seenBefore).toBeGreaterThanOrEqual(index < half ? 100n : 200n);
        }
      },
    ),
    // Shrinking thousands of holes would take minutes and explain nothing.
    { numRuns: 10, endOnFailure: true },
  );
});

function runsOf(numbers: readonly number[]): [number, number][] {
  const runs: [number, number][] = [];
  for (const number of numbers) {
    const last = runs.at(-1);
    if (last?.[1] === number - 1) last[1] = number;
    else runs.push([number, number]);
  }
  return runs;
}

function numbersOf(gaps: Gaps): number[] {
  return gaps.flatMap((gap) => Array.from({ length: gap.high - gap.low + 1 }, (_, index) => gap.low + index));
}
