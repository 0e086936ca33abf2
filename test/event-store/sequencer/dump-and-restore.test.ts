import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findSchemaDumper } from '../../../scripts/dump-schema.ts';
import { sqlOf } from '../../../src/database/sql.ts';
import { transact } from '../../../src/database/transact.ts';
import { decodeCursor, encodeCursor } from '../../../src/event-store/cursor.ts';
import { Sequencer } from '../../../src/event-store/sequencer.ts';
import { withDatabaseName } from '../../support/database-url.ts';
import { startPostgres } from '../../support/postgres-server.ts';
import { withPostgres } from '../../support/postgres-client.ts';
import { runProgram } from '../../support/run-program.ts';
import { openNode, openSampleDatabase, postgresConfig } from '../sample-database.ts';
import { append, sampleAppend } from '../sample-events.ts';
import { expectGoodOrder, readLedger } from './ledger.ts';

test('after a dump and a restore on another server cursors still hold, and numbering goes on', async () => {
  await using sample = await openSampleDatabase();
  const { sql } = sample.database;
  await append(sql, sampleAppend('a', 1_100));
  const rolledBack = transact(sample.database, async (em) => {
    await append(sqlOf(em), sampleAppend('gone'));
    throw new Error('rolled back');
  });
  await expect(rolledBack).rejects.toThrow('rolled back');
  await append(sql, sampleAppend('b', 3));
  await new Sequencer(sql).tick();
  const cursor = encodeCursor(1_000);
  const behindCursor = await sample.log.read({ after: decodeCursor(cursor), limit: 500 });
  // Committed, but not numbered when the dump is taken.
  await append(sql, sampleAppend('b', 2), sampleAppend('c'));

  // A server of its own counts its transactions from the start again.
  await using server = await startPostgres();
  await using folder = await mkdtempDisposable(join(tmpdir(), 'signalbox-test-dump-'));
  const { program } = await findSchemaDumper(sample.url);
  const dump = join(folder.path, 'dump');
  await runProgram(program, ['--format=custom', `--file=${dump}`, sample.url]);
  await withPostgres(server.url, (client) => client.query('create database restored'));
  const url = withDatabaseName(server.url, 'restored');
  await runProgram(program.replace(/pg_dump$/, 'pg_restore'), ['--exit-on-error', `--dbname=${url}`, dump]);

  await using restored = await openNode(postgresConfig(url));
  expect(await restored.log.read({ after: decodeCursor(cursor), limit: 500 })).toEqual(behindCursor);
  const sequencer = new Sequencer(restored.database.sql);
  expect(await sequencer.tick()).toMatchObject({ numbered: 3, head: 1_106 });
  await append(restored.database.sql, sampleAppend('a', 2, 1_100), sampleAppend('d', 1, 0));
  expect(await sequencer.tick()).toMatchObject({ numbered: 3, head: 1_109 });
  expectGoodOrder(await readLedger(restored.database.sql));
});
