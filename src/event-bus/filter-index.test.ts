import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { StoredEvent } from '../event-store/domain-event.ts';
import { type EventFilter, matchesFilter } from '../event-store/event-filter.ts';
import { FilterIndex } from './filter-index.ts';

const value = fc.constantFrom('a', 'b', 'null');
const filters: fc.Arbitrary<EventFilter> = fc.record(
  {
    types: fc.array(value, { maxLength: 3 }),
    aggregateType: value,
    aggregateId: value,
    userId: value,
    correlationId: value,
    subjectId: value,
  },
  { requiredKeys: [] },
);
const nullable = fc.option(value, { nil: null });
const events: fc.Arbitrary<StoredEvent> = fc.record({
  position: fc.constant(1),
  id: fc.constant('0190c0de-0000-7000-8000-00000000000a'),
  type: value,
  schemaVersion: fc.constant(1),
  aggregateType: value,
  aggregateId: value,
  subjectId: nullable,
  version: fc.constant(1),
  commandId: value,
  timestamp: fc.constant('2026-05-31T23:59:59.990Z'),
  data: fc.constant({}),
  metadata: fc.record({
    userId: nullable,
    correlationId: value,
    causationId: nullable,
    ipAddress: nullable,
    userAgent: nullable,
  }),
});

test('the candidates for an event are all that want it, each once', () => {
  fc.assert(
    fc.property(fc.array(filters, { maxLength: 12 }), events, (wanted, event) => {
      const index = new FilterIndex<EventFilter>();
      for (const filter of wanted) index.add(filter, filter);

      const candidates = [...index.candidates(event)];

      expect(new Set(candidates).size).toBe(candidates.length);
      expect(candidates.filter((filter) => matchesFilter(filter)(event))).toEqual(
        expect.arrayContaining(wanted.filter((filter) => matchesFilter(filter)(event))),
      );
    }),
  );
});

test('an event touches no filter that asks for another aggregate, type or person, and what was removed is gone', () => {
  const index = new FilterIndex<string>();
  const other: readonly EventFilter[] = [
    { aggregateId: 'other', types: ['a'] },
    { subjectId: 'other' },
    { types: ['b', 'c', 'b'] },
    { aggregateType: 'other' },
    { types: [] },
  ];
  for (const filter of other) index.add(filter, JSON.stringify(filter));
  index.add({}, 'everything');
  const [event] = fc.sample(
    events.map((any) => ({ ...any, type: 'a', aggregateId: 'a', aggregateType: 'a' })),
    1,
  );
  if (!event) throw new Error('There is no sample.');

  expect([...index.candidates(event)]).toEqual(['everything']);

  for (const filter of other) index.remove(filter, JSON.stringify(filter));
  index.remove({}, 'everything');
  expect(index.size).toBe(0);
});
