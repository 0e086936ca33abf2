import { expect, test } from 'vitest';
import type { StoredEvent } from '../event-store/domain-event.ts';
import { Cohort, Turn } from './cohort.ts';

const KILO = 1024;

/** So many events of a kilobyte go into one turn, to cohorts of so many streams each. */
function eventsPerTurn({ cohorts, streams }: { readonly cohorts: number; readonly streams: number }): number {
  const all = Array.from({ length: cohorts }, (_, index) => cohortOf(`${index}`, streams));
  const turn = new Turn<object>();
  let position = 0;
  while (!turn.isFull) {
    position += 1;
    for (const cohort of all) turn.add(cohort, eventAt(position));
  }
  return position;
}

function cohortOf(key: string, streams: number): Cohort<object> {
  const cohort = new Cohort<object>(key, {}, { key, render: () => 'x'.repeat(KILO) });
  for (let count = 0; count < streams; count++) cohort.streams.add({});
  return cohort;
}

function eventAt(position: number): StoredEvent {
  return {
    position,
    id: '0190c0de-0000-7000-8000-00000000000a',
    type: 'ORDER_UPDATED',
    schemaVersion: 1,
    aggregateType: 'Order',
    aggregateId: 'a',
    subjectId: null,
    version: position,
    commandId: 'c',
    timestamp: '2026-05-31T23:59:59.990Z',
    data: {},
    metadata: { userId: null, correlationId: 'c', causationId: null, ipAddress: null, userAgent: null },
  };
}

test('a turn of thousands of streams that share what is made has enough events for one write to be worth it', () => {
  expect(eventsPerTurn({ cohorts: 1, streams: 1_000 })).toBe(33);
});

test('a turn of streams for each of which something else is made holds no more than 8 MiB of it', () => {
  expect(eventsPerTurn({ cohorts: 1_000, streams: 1 })).toBe(9);
});

test('one stream is handed a quarter of a mebibyte in a turn', () => {
  expect(eventsPerTurn({ cohorts: 1, streams: 1 })).toBe(257);
});
