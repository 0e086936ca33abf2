import { expect, test } from 'vitest';
import { databaseKinds, openSampleDatabase } from '../sample-database.ts';
import { change, counted, tallies, wiped } from './sample-tally.ts';

const PERSON = '01a2095a-f439-71dc-b88a-527656b18dce';

test.for(databaseKinds)('an aggregate is the fold of its snapshot and of the events after it (%s)', async (kind) => {
  await using sample = await openSampleDatabase(kind);
  const { sql, orm } = sample.database;
  const em = orm.em.fork();
  expect(await tallies.load(em, 'a')).toEqual({ id: 'a', version: 0, state: { sum: 0, wipes: 0 }, snapshotVersion: 0 });

  await change(sample, 'a', counted(...Array.from({ length: 9 }, () => 1)));
  expect(await tallies.load(em, 'a')).toMatchObject({ version: 9, state: { sum: 9 }, snapshotVersion: 0 });
  const { tally } = await change(sample, 'a', [wiped(PERSON), ...counted(5)]);
  expect(tally).toMatchObject({ version: 11, state: { sum: 5, wipes: 1 }, snapshotVersion: 11 });
  await change(sample, 'a', counted(2));
  expect(await tallies.load(em, 'a')).toEqual({
    id: 'a',
    version: 12,
    state: { sum: 7, wipes: 1 },
    snapshotVersion: 11,
  });

  // Nothing before the snapshot is read any more: what it says is taken.
  await sql(`update aggregate_snapshot set state = '{"sum": 1000, "wipes": 0}'`);
  expect(await tallies.load(em, 'a')).toMatchObject({ state: { sum: 1002, wipes: 0 } });
  expect(await tallies.load(em, 'a', { snapshots: false })).toMatchObject({ state: { sum: 7, wipes: 1 } });
});

test('a snapshot may be missing at any time, and is taken again with the next change', async () => {
  await using sample = await openSampleDatabase();
  const { sql, orm } = sample.database;
  await change(sample, 'a', counted(...Array.from({ length: 12 }, () => 1)));
  await sql('delete from aggregate_snapshot');
  expect(await tallies.load(orm.em.fork(), 'a')).toMatchObject({ version: 12, state: { sum: 12 }, snapshotVersion: 0 });
  const { tally } = await change(sample, 'a', counted(1));
  expect(tally).toMatchObject({ version: 13, snapshotVersion: 13 });
  expect(await sql('select version, state from aggregate_snapshot')).toEqual([
    { version: 13, state: { sum: 13, wipes: 0 } },
  ]);
});
