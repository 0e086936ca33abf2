import { expect, test } from 'vitest';
import { transact } from '../../src/database/transact.ts';
import { openNode, openSampleDatabase, postgresConfig } from '../event-store/sample-database.ts';
import { waitFor } from '../support/wait-for.ts';

test('a closed database leaves no connection behind', async () => {
  await using sample = await openSampleDatabase();
  const connections = async (): Promise<number> => {
    const rows = await sample.database.sql(
      `select 1 from pg_stat_activity where datname = current_database() and backend_type = 'client backend'`,
    );
    return rows.length;
  };
  const before = await connections();
  {
    await using node = await openNode(postgresConfig(sample.url, 3));
    await Promise.all([1, 2, 3].map(() => node.database.sql('select pg_sleep(0.01)')));
    await transact(node.database, async () => undefined);
    expect(await connections()).toBe(before + 3);
  }
  await waitFor(async () => (await connections()) === before, { describe: 'the connections to end' });
});
