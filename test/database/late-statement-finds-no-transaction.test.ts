import type { SqlEntityManager } from '@mikro-orm/sql';
import { expect, test } from 'vitest';
import { sqlOf } from '../../src/database/sql.ts';
import { transact } from '../../src/database/transact.ts';
import { databaseKinds, openSampleDatabase } from '../event-store/sample-database.ts';

const REFUSED = 'The transaction has ended.';
const ENDS = ['a rollback', 'a commit'] as const;
const CASES = databaseKinds.flatMap((kind) => ENDS.map((end) => [kind, end] as const));

/** As the step of a saga does whose node is stopped: nobody waits for it any more, and it goes on. Answers what it was told. */
function goOn(em: SqlEntityManager): Promise<string> {
  return sqlOf(em)('select 1')
    .then(() => sqlOf(em)(`insert into late values ('late')`))
    .then(
      () => 'It was written.',
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
}

test.for(CASES)('on %s, work that goes on while %s is under way writes nothing by itself', async ([kind, end]) => {
  await using sample = await openSampleDatabase(kind);
  const { sql } = sample.database;
  await sql('create table late (note text not null)');
  let late: Promise<string> | undefined;

  const outcome = await transact(sample.database, async (em) => {
    await sqlOf(em)(`insert into late values ('in time')`);
    late = goOn(em);
    if (end === 'a rollback') throw new Error('Over.');
  }).then(
    () => 'a commit',
    () => 'a rollback',
  );

  expect(outcome).toBe(end);
  expect(await late).toBe(REFUSED);
  expect(await sql('select note from late')).toEqual(end === 'a rollback' ? [] : [{ note: 'in time' }]);
});

test.for(databaseKinds)('on %s, what a savepoint gave up writes nothing in the transaction around it', async (kind) => {
  await using sample = await openSampleDatabase(kind);
  const { sql } = sample.database;
  await sql('create table late (note text not null)');
  let late: Promise<string> | undefined;

  await transact(sample.database, async (em) => {
    const given = transact(sample.database, async (nested) => {
      late = goOn(nested);
      throw new Error('Over.');
    });
    await expect(given).rejects.toThrow('Over.');
    await late;
    await sqlOf(em)(`insert into late values ('around it')`);
  });

  expect(await late).toBe(REFUSED);
  expect(await sql('select note from late')).toEqual([{ note: 'around it' }]);
});
