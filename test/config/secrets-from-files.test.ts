import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runProgram } from '../support/run-program.ts';
import { createTestDatabase } from '../support/test-database.ts';

test('a program finds its database by the URL in a file', async () => {
  await using database = await createTestDatabase();
  await using folder = await mkdtempDisposable(join(tmpdir(), 'signalbox-test-secrets-'));
  const file = join(folder.path, 'database-url');
  await writeFile(file, `${database.url}\n`);
  const env = { DATABASE_URL: '', DATABASE_URL_FILE: file, SIGNALBOX_DATA_DIR: folder.path };
  // An embedded one, made for want of a URL, would be migrated.
  expect(await runProgram(process.execPath, ['src/migrate.ts'], { env })).toContain('Nothing to migrate');
}, 60_000);
