import { expect, test } from 'vitest';
import type { Sql } from '../../../src/database/sql.ts';
import { appendEvents } from '../../../src/event-store/append-events.ts';
import { ensureEventPartitions } from '../../../src/event-store/event-partitions.ts';
import { Sequencer } from '../../../src/event-store/sequencer.ts';
import { openSampleDatabase } from '../sample-database.ts';
import { sampleContext, sampleEvent } from '../sample-events.ts';

test('an event and its position are stored in the partition of the month of its id', async () => {
  await using sample = await openSampleDatabase();
  const { sql } = sample.database;
  await ensureEventPartitions(sql);
  // By UTC, on both sides of the borders of the present month and the next.
  const [start, next, afterNext] = [0, 1, 2].map(monthFromNow) as [Date, Date, Date];
  const expected = new Map<number, string>([
    [start.getTime() - 1, nameOf(monthFromNow(-1))],
    [start.getTime(), nameOf(start)],
    [next.getTime() - 1, nameOf(start)],
    [next.getTime(), nameOf(next)],
    [afterNext.getTime() - 1, nameOf(next)],
    [Date.parse('2020-02-02T02:02:02Z'), 'default'],
    [Date.parse('2990-02-02T02:02:02Z'), 'default'],
  ]);

  for (const time of expected.keys()) await store(sql, time);
  await new Sequencer(sql).tick();

  const rows = await sql<{ id: string; event: string; position: string }>(
    `select e.id, e.tableoid::regclass::text as event, p.tableoid::regclass::text as position
     from event e join event_position p on p.event_id = e.id order by p.position`,
  );
  expect(rows.map((row) => [row.event, row.position])).toEqual(
    [...expected.values()].map((name) => [`event_${name}`, `event_position_${name}`]),
  );
  // What lies in no month is read like all the rest.
  const events = await sample.log.read({ limit: 10 });
  expect(events.map((event) => Date.parse(event.timestamp))).toEqual([...expected.keys()]);
});

function monthFromNow(offset: number): Date {
  const now = new Date();
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + offset));
}

function nameOf(month: Date): string {
  return `y${month.toISOString().slice(0, 7).replace('-', 'm')}`;
}

async function store(sql: Sql, time: number): Promise<void> {
  const hex = time.toString(16).padStart(12, '0');
  const event = sampleEvent({ id: `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000001` });
  const stream = { aggregateType: 'Shelf', aggregateId: 'a', expectedVersion: 'any', events: [event] } as const;
  await appendEvents(sql, [stream], sampleContext());
}
