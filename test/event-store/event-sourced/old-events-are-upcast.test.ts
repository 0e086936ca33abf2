import { expect, test } from 'vitest';
import { RequestError } from '../../../src/errors.ts';
import { appendEvents } from '../../../src/event-store/append-events.ts';
import { openSampleDatabase } from '../sample-database.ts';
import { sampleContext, sampleEvent } from '../sample-events.ts';
import { change, counted, tallies } from './sample-tally.ts';

const tallyEvent = (overrides: object) => sampleEvent({ aggregateType: 'Tally', type: 'TALLY_COUNTED', ...overrides });

test('events of an older schema version are folded in the present shape', async () => {
  await using sample = await openSampleDatabase();
  const { sql, orm } = sample.database;
  const old = tallyEvent({ schemaVersion: 1, data: { number: '40' } });
  const stream = { aggregateType: 'Tally', aggregateId: 'a', expectedVersion: 0, events: [old] };
  await appendEvents(sql, [stream], sampleContext());
  await change(sample, 'a', counted(2));
  expect(await tallies.load(orm.em.fork(), 'a')).toMatchObject({ version: 2, state: { sum: 42 } });
});

test.for([
  ['of an unknown type', { type: 'TALLY_SOLD', data: {} }],
  ['of a newer schema version', { schemaVersion: 3, data: { number: { value: 1 } } }],
] as const)('an event %s is not skipped: it may have changed what is decided upon', async ([, overrides]) => {
  await using sample = await openSampleDatabase();
  const { sql, orm } = sample.database;
  const stream = { aggregateType: 'Tally', aggregateId: 'a', expectedVersion: 0, events: [tallyEvent(overrides)] };
  await appendEvents(sql, [stream], sampleContext());
  const loading = tallies.load(orm.em.fork(), 'a');
  await expect(loading).rejects.toThrow(RequestError);
  await expect(loading).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
});
