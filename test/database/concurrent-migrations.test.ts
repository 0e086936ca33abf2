import { randomUUID } from 'node:crypto';
import { MikroORM } from '@mikro-orm/postgresql';
import { expect, inject, test } from 'vitest';
import { hasPendingMigrations, migrateDown, migrateUp } from '../../src/database/migrator.ts';
import { ormOptions } from '../../src/database/orm-options.ts';
import { withDatabaseName } from '../support/database-url.ts';
import { withPostgres } from '../support/postgres-client.ts';

test('of nodes that migrate an empty database at once one does everything and the others find nothing to do', async () => {
  await using database = await createEmptyDatabase();
  await using nodes = new AsyncDisposableStack();
  const orms = await Promise.all(
    Array.from({ length: 4 }, () => MikroORM.init({ ...ormOptions([]), clientUrl: database.url })),
  );
  for (const orm of orms) nodes.defer(() => orm.close());
  const [first] = orms;
  if (!first) throw new Error('There is no node.');

  const done = await Promise.all(orms.map((orm) => migrateUp(orm)));

  expect(done.filter((names) => names.length > 0)).toHaveLength(1);
  expect(done.flat()).toEqual(done.flat().toSorted());
  expect(await hasPendingMigrations(first)).toBe(false);
  expect(await migrateUp(first)).toEqual([]);
});

test('the way down takes back what the way up made', async () => {
  await using database = await createEmptyDatabase();
  const orm = await MikroORM.init({ ...ormOptions([]), clientUrl: database.url });
  await using _closed = { [Symbol.asyncDispose]: () => orm.close() };
  const names = await migrateUp(orm);

  await migrateDown(database.url);

  expect(await hasPendingMigrations(orm)).toBe(true);
  const left = await withPostgres(database.url, (client) =>
    client.query("select from pg_class where relnamespace = 'public'::regnamespace and relname like 'event%'"),
  );
  expect(left.rowCount).toBe(0);
  expect(await migrateUp(orm)).toEqual(names);
});

async function createEmptyDatabase(): Promise<{ readonly url: string } & AsyncDisposable> {
  const serverUrl = inject('databaseServerUrl');
  const name = `signalbox_test_${randomUUID().slice(0, 13)}`;
  await withPostgres(serverUrl, (client) => client.query(`create database "${name}"`));
  return {
    url: withDatabaseName(serverUrl, name),
    async [Symbol.asyncDispose]() {
      await withPostgres(serverUrl, (client) => client.query(`drop database "${name}" with (force)`));
    },
  };
}
