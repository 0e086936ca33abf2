import { expect, test } from 'vitest';
import { z } from 'zod';
import { appendEvents } from '../../../src/event-store/append-events.ts';
import { defineEvent } from '../../../src/event-store/define-event.ts';
import { EventCatalogue } from '../../../src/event-store/event-catalogue.ts';
import { EventLog } from '../../../src/event-store/read-events.ts';
import { Sequencer } from '../../../src/event-store/sequencer.ts';
import { openSampleDatabase } from '../sample-database.ts';
import { sampleAppend, sampleContext, sampleEvent } from '../sample-events.ts';

const ShelfMoved = defineEvent({
  type: 'SHELF_MOVED',
  aggregateType: 'Shelf',
  schemaVersion: 2,
  data: z.object({ to: z.object({ room: z.string() }) }),
  upcasters: { 1: ({ room }) => ({ to: { room } }) },
});

test('an event stored by an older program is read in the present shape, whichever way it is read; the row stays', async () => {
  await using sample = await openSampleDatabase();
  const { sql } = sample.database;
  const old = sampleEvent({ type: 'SHELF_MOVED', schemaVersion: 1, data: { room: 'hall' } });
  const fresh = sampleEvent({ type: 'SHELF_MOVED', schemaVersion: 2, data: { to: { room: 'attic' } } });
  const foreign = sampleEvent({ type: 'SHELF_BURNT', schemaVersion: 7, data: { by: 'whom' } });
  await appendEvents(sql, [{ ...sampleAppend('a'), events: [old, fresh, foreign] }], sampleContext());
  await new Sequencer(sql).tick();
  const log = new EventLog(sql, new EventCatalogue([ShelfMoved]));

  const expected = [
    { id: old.id, schemaVersion: 2, data: { to: { room: 'hall' } } },
    { id: fresh.id, schemaVersion: 2, data: { to: { room: 'attic' } } },
    { id: foreign.id, schemaVersion: 7, data: { by: 'whom' } },
  ];
  expect(await log.read({ limit: 10 })).toMatchObject(expected);
  expect(await log.readStream('Shelf', 'a')).toMatchObject(expected);
  const byIds = await log.readByIds(expected.map((event) => event.id));
  expect(byIds.toSorted((a, b) => a.version - b.version)).toMatchObject(expected);
  expect(await sql('select schema_version, data from event where id = $1', [old.id])).toEqual([
    { schema_version: 1, data: { room: 'hall' } },
  ]);
});
