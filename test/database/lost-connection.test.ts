import { expect, test } from 'vitest';
import { sqlOf } from '../../src/database/sql.ts';
import { transact } from '../../src/database/transact.ts';
import { openNode, openSampleDatabase, postgresConfig } from '../event-store/sample-database.ts';
import { withPostgres } from '../support/postgres-client.ts';

const POOL = 2;

test('a transaction whose connection is cut fails, and its place in the pool is free again', async () => {
  await using sample = await openSampleDatabase();
  await using node = await openNode(postgresConfig(sample.url, POOL));

  for (let round = 0; round < POOL + 1; round++) {
    const cut = transact(node.database, async (em) => {
      const [row] = await sqlOf(em)<{ pid: number }>('select pg_backend_pid() as pid');
      await withPostgres(sample.url, (client) => client.query('select pg_terminate_backend($1, 5000)', [row?.pid]));
      await sqlOf(em)('select 1');
    });
    await expect(cut).rejects.toThrow(/terminat|not queryable/);
  }

  const all = Array.from({ length: POOL }, () => transact(node.database, async (em) => sqlOf(em)('select 1 as one')));
  expect(await Promise.all(all)).toMatchObject([[{ one: 1 }], [{ one: 1 }]]);
});
