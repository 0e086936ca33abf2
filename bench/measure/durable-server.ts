import pg from 'pg';
import { migrate } from '../../src/database/migrator.ts';
import { withDatabaseName } from '../../test/support/database-url.ts';
import { startPostgres } from '../../test/support/postgres-server.ts';

export interface DurableServer extends AsyncDisposable {
  readonly url: string;
  /** Makes an empty database and returns its URL; the caller migrates it if it wants our tables. */
  createDatabase(name: string): Promise<string>;
  createMigratedDatabase(name: string): Promise<string>;
}

/** A private server with fsync, synchronous_commit and full_page_writes on; or the one BENCH_DATABASE_URL names. */
export async function startDurableServer(settings: Readonly<Record<string, string>> = {}): Promise<DurableServer> {
  const given = process.env['BENCH_DATABASE_URL'];
  const owned = given
    ? null
    : await startPostgres({ durable: true, settings: { max_connections: '200', ...settings } });
  const url = given ?? owned?.url ?? '';
  const { rows } = await run<{ settings: string }>(
    url,
    `select string_agg(name || '=' || setting, ', ') as settings from pg_settings
     where name in ('server_version', 'fsync', 'synchronous_commit', 'full_page_writes', 'shared_buffers')`,
  );
  console.log(`PostgreSQL: ${rows[0]?.settings}; node ${process.version}`);
  const createDatabase = async (name: string): Promise<string> => {
    await run(url, `drop database if exists "${name}" with (force)`);
    await run(url, `create database "${name}"`);
    return withDatabaseName(url, name);
  };
  return {
    url,
    createDatabase,
    async createMigratedDatabase(name) {
      const created = await createDatabase(name);
      await migrate(created);
      return created;
    },
    async [Symbol.asyncDispose]() {
      await owned?.[Symbol.asyncDispose]();
    },
  };
}

async function run<Row extends pg.QueryResultRow>(url: string, text: string): Promise<pg.QueryResult<Row>> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await client.query<Row>(text);
  } finally {
    await client.end();
  }
}
