import { expect, inject, test } from 'vitest';
import { withPostgres } from './postgres-client.ts';
import { createTestDatabase } from './test-database.ts';

test('a test database holds the migrated tables, sees nothing of another one, and is dropped in the end', async () => {
  await using first = await createTestDatabase();
  const second = await createTestDatabase();

  await withPostgres(first.url, (client) => client.query('create table only_here (n integer)'));
  expect(await tablesOf(first.url)).toContain('only_here');
  const others = await tablesOf(second.url);
  expect(others).not.toContain('only_here');
  expect(others.length).toBeGreaterThan(0);

  const useAfterDrop = withPostgres(second.url, async (stillConnected) => {
    await second[Symbol.asyncDispose]();
    await stillConnected.query('select 1');
  });
  await expect(useAfterDrop).rejects.toThrow('terminating connection');
  const name = new URL(second.url).pathname.slice(1);
  const left = await withPostgres(inject('databaseServerUrl'), (client) =>
    client.query('select from pg_database where datname = $1', [name]),
  );
  expect(left.rowCount).toBe(0);
});

async function tablesOf(url: string): Promise<string[]> {
  const { rows } = await withPostgres(url, (client) =>
    client.query<{ tablename: string }>(
      "select tablename from pg_tables where schemaname not in ('pg_catalog', 'information_schema')",
    ),
  );
  return rows.map((row) => row.tablename);
}
