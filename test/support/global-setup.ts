import { randomUUID } from 'node:crypto';
import type { TestProject } from 'vitest/node';
import { migrate } from '../../src/database/migrator.ts';
import { withDatabaseName } from './database-url.ts';
import { withPostgres } from './postgres-client.ts';
import { startPostgres } from './postgres-server.ts';
import { startRedis } from './redis-server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A superuser's URL of the run's PostgreSQL; tests work in databases of their own, see `createTestDatabase`. */
    readonly databaseServerUrl: string;
    /** The migrated database that test databases are copied from. */
    readonly templateDatabase: string;
    /** The run's Redis; tests get a share of it from `createTestRedis`. */
    readonly redisServerUrl: string;
  }
}

/** One PostgreSQL with a migrated template database and one Redis per run; `TEST_DATABASE_URL` and `TEST_REDIS_URL` name servers to use instead. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  await using cleanup = new AsyncDisposableStack();
  const { TEST_DATABASE_URL, TEST_REDIS_URL } = process.env;
  // One after the other: either may have to install a package.
  const databaseServerUrl = TEST_DATABASE_URL || cleanup.use(await startPostgres()).url;
  const redisServerUrl = TEST_REDIS_URL || cleanup.use(await startRedis()).url;
  const templateDatabase = `signalbox_template_${randomUUID().slice(0, 8)}`;
  await createTemplate(databaseServerUrl, templateDatabase);
  cleanup.defer(() => dropTemplate(databaseServerUrl, templateDatabase));

  project.provide('databaseServerUrl', databaseServerUrl);
  project.provide('redisServerUrl', redisServerUrl);
  project.provide('templateDatabase', templateDatabase);
  const teardown = cleanup.move();
  return () => teardown.disposeAsync();
}

async function createTemplate(serverUrl: string, name: string): Promise<void> {
  await withPostgres(serverUrl, (client) => client.query(`create database "${name}"`));
  await migrate(withDatabaseName(serverUrl, name));
  // PostgreSQL copies no database that somebody is connected to.
  await withPostgres(serverUrl, (client) => client.query(`alter database "${name}" with allow_connections false`));
}

async function dropTemplate(serverUrl: string, name: string): Promise<void> {
  await withPostgres(serverUrl, (client) => client.query(`drop database "${name}"`));
}
