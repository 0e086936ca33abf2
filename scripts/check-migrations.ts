/**
 * Runs all migrations up, down and up again on a throw-away PostgreSQL and compares the dumps with each other and with
 * migrations/schema.sql. `--write` renews that file.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { migrate, migrateDown } from '../src/database/migrator.ts';
import { startPostgres } from '../test/support/postgres-server.ts';
import { dumpSchema, findSchemaDumper, type SchemaDumper } from './dump-schema.ts';
import { firstDifference } from './first-difference.ts';
import { majorOfSnapshot, printSnapshot } from './schema-snapshot.ts';

const SNAPSHOT_FILE = join(import.meta.dirname, '../migrations/schema.sql');

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { write: { type: 'boolean', default: false } } });
  await using server = await startPostgres();
  const dumper = await findSchemaDumper(server.url);

  const untouched = await dumpSchema(dumper, server.url);
  await migrate(server.url);
  const first = await dumpSchema(dumper, server.url);
  await migrateDown(server.url);
  assertSame(
    untouched,
    await dumpSchema(dumper, server.url),
    'The way down leaves something behind (+), or takes too much (-):',
  );
  await migrate(server.url);
  assertSame(
    first,
    await dumpSchema(dumper, server.url),
    'After down and up again the schema differs from the first time:',
  );
  console.log('Up, down and up again: the same schema.');

  const snapshot = printSnapshot(dumper.major, first);
  if (values.write) await writeFile(SNAPSHOT_FILE, snapshot);
  else await compareWithSnapshot(dumper, snapshot);
}

async function compareWithSnapshot(dumper: SchemaDumper, snapshot: string): Promise<void> {
  const committed = await readFile(SNAPSHOT_FILE, 'utf8');
  const major = majorOfSnapshot(committed);
  if (major !== dumper.major) {
    console.log(
      `migrations/schema.sql is the dump of PostgreSQL ${major}; this is ${dumper.major}, which prints differently: not compared.`,
    );
    return;
  }
  assertSame(
    committed,
    snapshot,
    'migrations/schema.sql is not what the migrations make: run `npm run migrations:write` and commit it.',
  );
}

function assertSame(expected: string, actual: string, sentence: string): void {
  const difference = firstDifference(expected, actual);
  if (difference !== null) throw new Error(`${sentence}\n${difference}`);
}

await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
