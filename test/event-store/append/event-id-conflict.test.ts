import { expect, test } from 'vitest';
import { ConflictError } from '../../../src/errors.ts';
import { appendEvents } from '../../../src/event-store/append-events.ts';
import { openSampleDatabase } from '../sample-database.ts';
import { sampleAppend, sampleContext, sampleEvent, versionsOf } from '../sample-events.ts';

test('an id that stands for another event already is a conflict', async () => {
  await using sample = await openSampleDatabase();
  const { sql } = sample.database;
  const context = sampleContext();
  const first = sampleEvent();
  const streamA = { ...sampleAppend('a'), events: [first] };
  await appendEvents(sql, [streamA], context);

  const others = {
    'another command': [[streamA], sampleContext()],
    'other data': [[{ ...streamA, events: [{ ...first, data: { note: 'other' } }] }], context],
    'another type': [[{ ...streamA, events: [{ ...first, type: 'SHELF_CLOSED' }] }], context],
    'another stream': [[{ ...streamA, aggregateId: 'b' }], context],
    'a known event among new ones': [[{ ...streamA, events: [sampleEvent(), first] }], context],
    'a known stream beside a new one': [[streamA, sampleAppend('b')], context],
  } as const;
  for (const [what, [streams, inContext]] of Object.entries(others)) {
    await expect(appendEvents(sql, streams, inContext), `case: ${what}`).rejects.toThrow(ConflictError);
  }

  expect(await versionsOf(sql)).toEqual({ a: 1 });
  expect(await sql('select id, type, data from event')).toEqual([{ id: first.id, type: first.type, data: first.data }]);
});
