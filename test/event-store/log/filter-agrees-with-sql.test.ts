import fc from 'fast-check';
import { expect, test } from 'vitest';
import { appendEvents } from '../../../src/event-store/append-events.ts';
import { countEvents, type EventTypeCount } from '../../../src/event-store/count-events.ts';
import type { StoredEvent } from '../../../src/event-store/domain-event.ts';
import { type EventFilter, matchesFilter } from '../../../src/event-store/event-filter.ts';
import { Sequencer } from '../../../src/event-store/sequencer.ts';
import { databaseKinds, nobody, openSampleDatabase, type SampleDatabase } from '../sample-database.ts';
import { sampleContext, sampleEvent } from '../sample-events.ts';

const EVENTS = 150;
const START = Date.parse('2026-05-31T23:59:59.990Z');
const people = ['0190c0de-0000-7000-8000-00000000000a', '0190c0de-0000-7000-8000-00000000000b'];
// Chosen from few values, so that filters hit; the odd ones must be told apart by both sides alike.
const types = ['SHELF_OPENED', 'SHELF_FILLED', 'shelf_filled', 'NEVER_USED'];
const aggregateTypes = ['Shelf', 'shelf', "Shel'f"];
const aggregateIds = ['a', 'A', 'ä', 'a ', '%', '', "'; drop table event; --"];
const correlations = ['c1', 'c2', 'C1', ''];

const optional = <Value>(values: readonly Value[]) =>
  fc.option(fc.constantFrom(...values), { nil: undefined, freq: 2 });
/** Around the times of the events, on their borders, and far outside. */
const times = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: START - 5, max: START + 30 }).map((time) => new Date(time)) },
  { weight: 1, arbitrary: fc.constantFrom(new Date(0), new Date(-8.64e15), new Date(8.64e15)) },
);
const filters: fc.Arbitrary<EventFilter> = fc
  .record({
    types: fc.option(fc.subarray(types), { nil: undefined }),
    aggregateType: optional(aggregateTypes),
    aggregateId: optional(aggregateIds),
    userId: optional(people),
    correlationId: optional(correlations),
    subjectId: optional(people),
    from: fc.option(times, { nil: undefined, freq: 2 }),
    to: fc.option(times, { nil: undefined, freq: 2 }),
  })
  // At most two conditions at a time mostly, else next to nothing would match.
  .chain((filter) => fc.subarray(Object.entries(filter), { maxLength: 3 }).map((some) => Object.fromEntries(some)));

test.for(databaseKinds)(
  'on %s a filter finds and counts in SQL exactly what it matches in memory',
  { timeout: 90_000 },
  async (kind) => {
    await using sample = await openSampleDatabase(kind);
    const events = await fillLog(sample);
    const numRuns = kind === 'embedded' ? 40 : 200;
    let telling = 0;

    await fc.assert(
      fc.asyncProperty(filters, async (filter) => {
        const found = await sample.log.read({ filter, limit: EVENTS });
        if (found.length > 0 && found.length < EVENTS) telling++;
        const matching = events.filter(matchesFilter(filter));
        expect(found).toEqual(matching);
        const newest = await sample.log.read({ filter, limit: 7, direction: 'DESC' });
        expect(newest).toEqual(matching.toReversed().slice(0, 7));
        expect(countsByKey(await countEvents(sample.database.sql, filter))).toEqual(countsOf(matching));
      }),
      { numRuns },
    );

    expect(telling, 'filters that tell events apart').toBeGreaterThan(numRuns / 20);
  },
);

type Counts = Readonly<Record<string, readonly [count: number, first: string, last: string]>>;

function countsByKey(counts: readonly EventTypeCount[]): Counts {
  return Object.fromEntries(
    counts.map(({ type, aggregateType, count, firstAt, lastAt }) => [
      `${type} ${aggregateType}`,
      [count, firstAt.toISOString(), lastAt.toISOString()],
    ]),
  );
}

function countsOf(events: readonly StoredEvent[]): Counts {
  const groups = Object.groupBy(events, ({ type, aggregateType }) => `${type} ${aggregateType}`);
  return Object.fromEntries(
    Object.entries(groups).map(([key, group = []]) => {
      const times = group.map(({ timestamp }) => timestamp).sort();
      return [key, [group.length, times[0] ?? '', times.at(-1) ?? '']];
    }),
  );
}

async function fillLog(sample: SampleDatabase): Promise<readonly StoredEvent[]> {
  const pick = <Value>(values: readonly Value[], index: number): Value => values[index % values.length] as Value;
  for (let index = 0; index < EVENTS; index++) {
    const event = sampleEvent({
      id: idAt(START + (index % 25), index),
      type: pick(types.slice(0, 3), index),
      aggregateType: pick(aggregateTypes, index >> 1),
      aggregateId: pick(aggregateIds, index >> 2),
      subjectId: pick([null, ...people], index >> 3),
    });
    const metadata = {
      ...nobody,
      userId: pick([null, ...people], index >> 2),
      correlationId: pick(correlations, index),
    };
    const { aggregateType, aggregateId } = event;
    await appendEvents(
      sample.database.sql,
      [{ aggregateType, aggregateId, expectedVersion: 'any', events: [event] }],
      sampleContext({ metadata }),
    );
  }
  await new Sequencer(sample.database.sql).tick();
  // The first half is looked up by the summaries of the log, the second without.
  await sample.database.sql('select summarize_log($1)', [EVENTS / 2]);
  const events = await sample.log.read({ limit: EVENTS });
  expect(events).toHaveLength(EVENTS);
  return events;
}

/** An id of this millisecond; at its edges, and between. */
function idAt(time: number, index: number): string {
  const hex = time.toString(16).padStart(12, '0');
  const tail = index.toString(16).padStart(4, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7${['000', 'fff', '123'][index % 3]}-8000-00000000${tail}`;
}
