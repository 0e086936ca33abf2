import { expect, test } from 'vitest';
import { type Sql, sqlOf } from '../../../src/database/sql.ts';
import { transact } from '../../../src/database/transact.ts';
import { waitFor } from '../../support/wait-for.ts';
import { openSampleDatabase, type SampleDatabase } from '../sample-database.ts';
import { append, sampleAppend, versionsOf } from '../sample-events.ts';

const conflict = { code: 'CONCURRENCY_CONFLICT', expectedVersion: 3, actualVersion: 4 };

test.for([
  { first: 'commits', winner: 'first', outcomes: { first: {}, second: conflict }, version: 4 },
  { first: 'rolls back', winner: 'second', outcomes: { first: { message: 'rolled back' }, second: {} }, version: 5 },
] as const)('of two writers that expect the same version the $winner wins when the first $first', async (race) => {
  await using sample = await openSampleDatabase();
  await append(sample.database.sql, sampleAppend('a', 3));
  const firstMayEnd = Promise.withResolvers<void>();
  const firstHasAppended = Promise.withResolvers<void>();

  const first = writeOnce(sample, async (sql) => {
    await append(sql, sampleAppend('a', 1, 3));
    firstHasAppended.resolve();
    await firstMayEnd.promise;
    if (race.first === 'rolls back') throw new Error('rolled back');
  });
  await firstHasAppended.promise;
  const second = writeOnce(sample, async (sql) => {
    await append(sql, sampleAppend('a', 2, 3));
  });
  await waitFor(() => isWaitingForALock(sample), { describe: 'the second writer to wait for the first' });
  firstMayEnd.resolve();

  expect({ first: await first, second: await second }).toMatchObject(race.outcomes);
  expect(await versionsOf(sample.database.sql)).toEqual({ a: race.version });
});

/** An error, or nothing at all when it succeeded. */
async function writeOnce(sample: SampleDatabase, work: (sql: Sql) => Promise<void>): Promise<unknown> {
  return transact(sample.database, async (em) => work(sqlOf(em))).then(
    () => ({}),
    (error: unknown) => error,
  );
}

async function isWaitingForALock(sample: SampleDatabase): Promise<boolean> {
  const waiting = await sample.database.sql(
    "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
  );
  return waiting.length > 0;
}
