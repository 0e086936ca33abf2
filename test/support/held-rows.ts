import pg from 'pg';
import { waitFor } from './wait-for.ts';

/** Rows that a transaction of the test's own keeps locked, so that what meets there meets for certain. */
export interface HeldRows extends AsyncDisposable {
  /** Until so many statements wait for a lock in this database, whoever holds it. */
  untilWaiting(count: number): Promise<void>;
  release(): Promise<void>;
}

/** @param statement a `select … for update`. */
export async function holdRows(
  databaseUrl: string,
  statement: string,
  parameters: readonly unknown[],
): Promise<HeldRows> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query('begin');
  await client.query(statement, [...parameters]);
  return {
    async untilWaiting(count) {
      const isReached = async (): Promise<boolean> => {
        // Within a transaction the view shows what it showed at first.
        await client.query('select pg_stat_clear_snapshot()');
        return (await client.query(WAITING)).rowCount === count;
      };
      await waitFor(isReached, { describe: `${count} statements to wait for a lock` });
    },
    async release() {
      await client.query('commit');
    },
    async [Symbol.asyncDispose]() {
      await client.end();
    },
  };
}

const WAITING = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
