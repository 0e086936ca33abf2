import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sqlOf } from '../../../src/database/sql.ts';
import { transact } from '../../../src/database/transact.ts';
import { appendRecorded } from '../../../src/event-store/append-events.ts';
import { keyIdOf, openValue } from '../../../src/event-store/event-encryption.ts';
import { useSubjectKeys } from '../../../src/event-store/subject-keys.ts';
import { newMasterKey, sampleKeys } from '../../support/sample-keys.ts';
import { openSampleDatabase, type SampleDatabase } from '../sample-database.ts';
import { sampleContext, sampleEvent } from '../sample-events.ts';

const masterKey = newMasterKey();
let sample: SampleDatabase;
beforeAll(async () => {
  sample = await openSampleDatabase();
  useSubjectKeys(sample.database.orm.em, sampleKeys([masterKey]));
});
afterAll(() => sample[Symbol.asyncDispose]());

/** The first event of somebody nobody knew, with a note about them; answers its id. */
async function recordFirst(personId: string): Promise<string> {
  const event = sampleEvent({ aggregateId: personId, subjectId: personId, sensitive: ['note'] });
  const stream = { aggregateType: 'Shelf', aggregateId: personId, expectedVersion: 0, events: [event] };
  await transact(sample.database, (em) => appendRecorded(em, [stream], sampleContext()));
  return event.id;
}

test('the key of a new person is stored with their first event, and opens it on every node', async () => {
  const person = randomUUID();
  const eventId = await recordFirst(person);
  const [row] = await sample.database.sql<{ sealed: Record<string, string> }>(
    'select sealed from event where id = $1',
    [eventId],
  );
  const token = row?.sealed['data.note'] ?? '';
  const elsewhere = await sampleKeys([masterKey]).forReading(sample.database.sql, [keyIdOf(token)]);
  const secret = elsewhere.get(keyIdOf(token))?.secret;
  if (!secret || typeof secret === 'string') throw new Error('The key is not there.');
  expect(openValue(secret, eventId, 'data.note', token)).toBe('sample');
});

test('where somebody has a key all the same, nothing is stored that another key would have sealed', async () => {
  const person = randomUUID();
  await transact(sample.database, (em) => sampleKeys([masterKey]).forWriting(sqlOf(em), new Map(), [person]));
  await expect(recordFirst(person)).rejects.toMatchObject({ code: '23505' });
  expect(await sample.database.sql('select 1 from event where subject_id = $1', [person])).toEqual([]);
});
