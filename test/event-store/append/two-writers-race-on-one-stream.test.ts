import { expect, test } from 'vitest';
import { type Sql, sqlOf } from '../../../src/database/sql.ts';
import { transact } from '../../../src/database/transact.ts';
import { waitFor } from '../../support/wait-for.ts';
import { openSampleDatabase, type SampleDatabase } from '../sample-database.ts';
import { append, sampleAppend, versionsOf } from '../sample-events.ts';

test.for([
  { first: 'commits', winner: 'first' },
  { first: 'rolls back', winner: 'second' },
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
  const outcomes = { first: await first, second: await second };

  if (race.first === 'commits') {
    expect(outcomes.second).toMatchObject({ code: 'CONCURRENCY_CONFLICT', expectedVersion: 3, actualVersion: 4 });
    expect(outcomes.first).toBe('done');
    expect(await versionsOf(sample.database.sql)).toEqual({ a: 4 });
  } else {
    expect(outcomes.first).toMatchObject({ message: 'rolled back' });
    expect(outcomes.second).toBe('done');
    expect(await versionsOf(sample.database.sql)).toEqual({ a: 5 });
  }
});

async function writeOnce(sample: SampleDatabase, work: (sql: Sql) => Promise<void>): Promise<unknown> {
  return transact(sample.database, async (em) => work(sqlOf(em))).then(
    () => 'done',
    (error: unknown) => error,
  );
}

async function isWaitingForALock(sample: SampleDatabase): Promise<boolean> {
  const waiting = await sample.database.sql(
    "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
  );
  return waiting.length > 0;
}
