import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sqlOf } from '../../../src/database/sql.ts';
import { transact } from '../../../src/database/transact.ts';
import { type SubjectKey, SubjectKeys } from '../../../src/event-store/subject-keys.ts';
import { newMasterKey, sampleKeys } from '../../support/sample-keys.ts';
import { waitFor } from '../../support/wait-for.ts';
import {
  openNode,
  openSampleDatabase,
  postgresConfig,
  type SampleDatabase,
  type SampleNode,
} from '../sample-database.ts';

let sample: SampleDatabase;
let other: SampleNode;
beforeAll(async () => {
  sample = await openSampleDatabase();
  other = await openNode(postgresConfig(sample.url));
});
afterAll(async () => {
  await other[Symbol.asyncDispose]();
  await sample[Symbol.asyncDispose]();
});

class Undone extends Error {}

/** Takes a key in a transaction that ends when it is told to. */
function takeKey(
  node: SampleNode,
  keys: SubjectKeys,
  personId: string,
): { readonly taken: Promise<SubjectKey>; readonly commit: () => Promise<void>; readonly undo: () => Promise<void> } {
  const taken = Promise.withResolvers<SubjectKey>();
  const end = Promise.withResolvers<boolean>();
  const ended = transact(node.database, async (em) => {
    const key = (await keys.forWriting(sqlOf(em), new Map(), [personId])).get(personId);
    if (key) taken.resolve(key);
    if (!(await end.promise)) throw new Undone();
  }).catch((error: unknown) => {
    if (!(error instanceof Undone)) throw error;
  });
  return {
    taken: taken.promise,
    commit: () => (end.resolve(true), ended),
    undo: () => (end.resolve(false), ended),
  };
}

async function untilOneWaits(): Promise<void> {
  await waitFor(
    async () => {
      const waiting = await sample.database.sql(
        `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      );
      return waiting.length > 0;
    },
    { describe: 'a transaction that waits for another' },
  );
}

test('two nodes that make the first key of a person at once end up with one', async () => {
  const masterKey = newMasterKey();
  const [here, there] = [sampleKeys([masterKey]), sampleKeys([masterKey])];
  const person = randomUUID();
  const first = takeKey(sample, here, person);
  const made = await first.taken;
  const second = takeKey(other, there, person);
  await untilOneWaits();
  await first.commit();
  expect(await second.taken).toEqual(made);
  await second.commit();
  expect(await sample.database.sql('select id from key_store.subject_key where subject_id = $1', [person])).toEqual([
    { id: made.id },
  ]);
});

test('a key whose transaction is rolled back is used by nobody afterwards', async () => {
  const masterKey = newMasterKey();
  const [here, there] = [sampleKeys([masterKey]), sampleKeys([masterKey])];
  const person = randomUUID();
  const first = takeKey(sample, here, person);
  const undone = await first.taken;
  const second = takeKey(other, there, person);
  await untilOneWaits();
  await first.undo();
  const kept = await second.taken;
  expect(kept.id).not.toBe(undone.id);
  await second.commit();
  const again = takeKey(sample, here, person);
  expect(await again.taken).toEqual(kept);
  await again.commit();
});

test('a key is remembered once it is committed, for its time, and no more of them than there is room', async () => {
  const keys = sampleKeys();
  const people = Array.from({ length: 3 }, () => randomUUID());
  const own = new Map<string, SubjectKey>();
  await transact(sample.database, async (em) => {
    await keys.forWriting(sqlOf(em), own, people);
    expect(keys.size).toBe(0);
  });
  const ids = [...own.values()].map((key) => key.id);
  expect(keys.remembered(ids)).toBeNull();
  expect([...(await keys.forReading(sample.database.sql, ids)).keys()].toSorted()).toEqual(ids.toSorted());
  expect(keys.remembered(ids)?.size).toBe(3);
  keys.forget(people[0] ?? '');
  expect(keys.remembered(ids)).toBeNull();
  expect(keys.size).toBe(2);
});

test('what is remembered is bounded in number and in time', async () => {
  const { wrapper } = sampleKeys();
  const makers = new SubjectKeys(wrapper);
  const own = new Map<string, SubjectKey>();
  await transact(sample.database, async (em) => {
    await makers.forWriting(
      sqlOf(em),
      own,
      Array.from({ length: 5 }, () => randomUUID()),
    );
  });
  const ids = [...own.values()].map((key) => key.id);
  const few = new SubjectKeys(wrapper, { capacity: 2 });
  expect((await few.forReading(sample.database.sql, ids)).size).toBe(5);
  expect(few.size).toBe(2);
  const brief = new SubjectKeys(wrapper, { ttlMs: 0 });
  await brief.forReading(sample.database.sql, ids);
  expect(brief.remembered(ids)).toBeNull();
});
