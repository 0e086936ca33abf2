import type { SqlEntityManager } from '@mikro-orm/sql';
import { expect, test } from 'vitest';
import { sqlOf } from '../../../src/database/sql.ts';
import { transact } from '../../../src/database/transact.ts';
import { EventSourcedRepository, type Sourced } from '../../../src/event-store/event-sourced-repository.ts';
import { inCommand, openSampleDatabase, storedTypes } from '../sample-database.ts';
import { change, counted, type Tally, tallyAggregate } from './sample-tally.ts';

const listed = new EventSourcedRepository(tallyAggregate, {
  snapshotEvery: 1_000,
  async project(em: SqlEntityManager, changed: readonly Sourced<Tally>[]) {
    for (const { id, version, state } of changed) {
      await sqlOf(em)(
        `insert into sample_tally values ($1, $2, $3)
         on conflict (id) do update set version = excluded.version, sum = excluded.sum`,
        [id, version, state.sum],
      );
    }
  },
});

async function openListed() {
  const sample = await openSampleDatabase();
  await sample.database.sql('create table sample_tally (id text primary key, version int, sum int check (sum < 100))');
  return sample;
}

test('the read model shows a change as soon as it is committed, and a change it cannot show is none', async () => {
  await using sample = await openListed();
  const { sql } = sample.database;
  await change(sample, 'a', counted(1, 2), listed);
  await change(sample, 'a', [], listed);
  expect(await sql('select * from sample_tally')).toEqual([{ id: 'a', version: 2, sum: 3 }]);
  await expect(change(sample, 'a', counted(97), listed)).rejects.toThrow('sample_tally_sum_check');
  expect(await storedTypes(sample)).toHaveLength(2);
});

test('the read model can be written anew from the log, whatever had become of it', async () => {
  await using sample = await openListed();
  const { sql } = sample.database;
  await inCommand(() =>
    transact(sample.database, (em) =>
      listed.appendAll(
        em,
        Array.from({ length: 120 }, (_, index) => ({
          aggregate: listed.blank(`t${index}`),
          facts: counted(index % 7),
        })),
      ),
    ),
  );
  const before = await sql('select * from sample_tally order by id');
  expect(before).toHaveLength(120);
  await sql(`update sample_tally set sum = 99, version = 7 where id < 't50'`);
  await sql(`delete from sample_tally where id > 't80'`);
  expect(await listed.reprojectAll(sample.database)).toBe(120);
  expect(await sql('select * from sample_tally order by id')).toEqual(before);
});
