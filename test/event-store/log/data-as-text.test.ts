import { expect, test } from 'vitest';
import { z } from 'zod';
import { appendEvents } from '../../../src/event-store/append-events.ts';
import { defineEvent } from '../../../src/event-store/define-event.ts';
import { EventCatalogue } from '../../../src/event-store/event-catalogue.ts';
import { dataTextOf, EventLog } from '../../../src/event-store/read-events.ts';
import { sensitive } from '../../../src/event-store/sensitive-field.ts';
import { Sequencer } from '../../../src/event-store/sequencer.ts';
import { nobody, openSampleDatabase } from '../sample-database.ts';
import { sampleAppend, sampleContext, sampleEvent } from '../sample-events.ts';

const ShelfMoved = defineEvent({
  type: 'SHELF_MOVED',
  aggregateType: 'Shelf',
  schemaVersion: 2,
  data: z.object({ to: z.string() }),
  upcasters: { 1: ({ room }) => ({ to: room }) },
});
const ShelfSigned = defineEvent({
  type: 'SHELF_SIGNED',
  aggregateType: 'Shelf',
  data: z.object({ by: sensitive(z.string()), on: z.string() }),
  subject: () => '0190c0de-0000-7000-8000-0000000000aa',
});
const TEXT = '“quoted” \\ "and" \u2028\n😀';

test('the end of the log gives an event as other reads do, and its data as text if they are shown as stored', async () => {
  await using sample = await openSampleDatabase();
  const { sql } = sample.database;
  const events = [
    sampleEvent({ type: 'SHELF_MOVED', schemaVersion: 2, data: { to: TEXT } }),
    sampleEvent({ type: 'SHELF_MOVED', schemaVersion: 1, data: { room: 'hall' } }),
    sampleEvent({ type: 'SHELF_SIGNED', data: { by: 'Ada in clear', on: 'Monday' } }),
    sampleEvent({ type: 'SHELF_BURNT', data: { n: [1.5, null, { deep: true }] } }),
  ];
  const metadata = { ...nobody, ipAddress: '203.0.113.7' };
  await appendEvents(sql, [{ ...sampleAppend('a'), events }], sampleContext({ metadata }));
  await new Sequencer(sql).tick();
  const log = new EventLog(sql, new EventCatalogue([ShelfMoved, ShelfSigned]));

  const atTheEnd = await log.read({ limit: 10 });
  const byId = await log.readByIds(events.map(({ id }) => id));

  const inOrder = byId.toSorted((a, b) => a.version - b.version);
  expect(atTheEnd).toEqual(inOrder);
  expect(atTheEnd.map((event) => ({ ...event }))).toEqual(inOrder);
  const asText = atTheEnd.map((event) => JSON.parse(dataTextOf(event) ?? 'null') as unknown);
  expect(asText).toEqual([{ to: TEXT }, null, null, { n: [1.5, null, { deep: true }] }]);
  expect(atTheEnd[2]?.data).toEqual({ by: '[redacted]', on: 'Monday' });
});
