import { access, constants } from 'node:fs/promises';
import { join } from 'node:path';
import { withPostgres } from '../test/support/postgres-client.ts';
import { runProgram } from '../test/support/run-program.ts';
import { normaliseDump } from './schema-snapshot.ts';

// Left out: the bookkeeping of the migrator, and the monthly partitions, whose names and bounds depend on today's date.
const LEFT_OUT = ['mikro_orm_migrations*', '*_y[0-9][0-9][0-9][0-9]m[0-9][0-9]'];

export interface SchemaDumper {
  /** Path or name of a pg_dump of the server's own major version. */
  readonly program: string;
  readonly major: number;
}

/** Finds the pg_dump beside the server's own binaries, else on the PATH. Throws when its version is not the server's. */
export async function findSchemaDumper(url: string): Promise<SchemaDumper> {
  const { directory, major } = await describeServer(url);
  const beside = join(directory, 'pg_dump');
  const program = await access(beside, constants.X_OK).then(
    () => beside,
    () => 'pg_dump',
  );
  const version = await runProgram(program, ['--version']);
  const dumperMajor = Number(/ (?<major>\d+)[.\d]*/.exec(version)?.groups?.['major']);
  if (dumperMajor !== major)
    throw new Error(
      `The server is PostgreSQL ${major}, but the pg_dump found is "${version}": install that of ${major}.`,
    );
  return { program, major };
}

export async function dumpSchema(dumper: SchemaDumper, url: string): Promise<string> {
  const leftOut = LEFT_OUT.map((pattern) => `--exclude-table=${pattern}`);
  return normaliseDump(await runProgram(dumper.program, ['--schema-only', '--no-owner', ...leftOut, url]));
}

async function describeServer(url: string): Promise<{ directory: string; major: number }> {
  return withPostgres(url, async (client) => {
    const { rows } = await client.query<{ directory: string; version: number }>(
      `select setting as directory, current_setting('server_version_num')::integer as version from pg_config where name = 'BINDIR'`,
    );
    const [row] = rows;
    if (row === undefined) throw new Error('The server does not say where its programs are.');
    return { directory: row.directory, major: Math.floor(row.version / 10_000) };
  });
}
