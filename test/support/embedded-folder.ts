import { createHash, randomUUID } from 'node:crypto';
import { cpSync } from 'node:fs';
import { glob, mkdir, mkdtemp, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { openDatabase } from '../../src/database/database.ts';
import { migrateEmbedded } from '../../src/database/migrator.ts';

/** Making an embedded database takes seconds, copying one a fraction: a migrated one is kept here between runs. */
const CACHE = join(import.meta.dirname, '../../node_modules/.cache/signalbox-tests');
const MIGRATIONS = join(import.meta.dirname, '../../migrations');

const KEEP_MS = 24 * 3_600_000;

/** A folder for an embedded database, migrated and empty; disposing of it removes it. */
export interface EmbeddedFolder extends AsyncDisposable {
  readonly dataDir: string;
}

export async function createEmbeddedFolder(): Promise<EmbeddedFolder> {
  const template = await findOrMakeTemplate();
  const path = await mkdtemp(join(tmpdir(), 'signalbox-test-embedded-'));
  const dataDir = join(path, 'database');
  // A thousand small files: twice as fast as the asynchronous copy.
  cpSync(template, dataDir, { recursive: true });
  return { dataDir, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

async function findOrMakeTemplate(): Promise<string> {
  const template = join(CACHE, `embedded-${await fingerprint()}`);
  if (await exists(template)) return template;
  await mkdir(CACHE, { recursive: true });
  await removeOldTemplates();
  const draft = join(CACHE, `draft-${randomUUID()}`);
  await makeTemplate(draft);
  // Test files that meet here make one each; the first to finish gives it the name, the others throw theirs away.
  await rename(draft, template).catch(async (error: unknown) => {
    await rm(draft, { recursive: true });
    if (!(await exists(template))) throw error;
  });
  return template;
}

/** Of earlier migrations, and drafts of runs that were killed. A day, for another run may still copy one. */
async function removeOldTemplates(): Promise<void> {
  for (const name of await readdir(CACHE)) {
    const path = join(CACHE, name);
    const age = Date.now() - ((await stat(path).catch(() => null))?.mtimeMs ?? Date.now());
    if (age > KEEP_MS) await rm(path, { recursive: true, force: true });
  }
}

async function makeTemplate(dataDir: string): Promise<void> {
  {
    const config = { kind: 'embedded', dataDir, migrate: 'auto', statementTimeoutMs: 30_000 } as const;
    await using database = await openDatabase(config, { entities: [], logger: pino({ level: 'silent' }) });
    await migrateEmbedded(database.orm);
  }
  // Beside the folder stand the files of its lock.
  for (const suffix of ['.lock', '.lock.holder']) await rm(dataDir + suffix, { force: true });
}

async function fingerprint(): Promise<string> {
  const hash = createHash('sha256');
  for (const file of (await Array.fromAsync(glob(join(MIGRATIONS, '*.ts')))).sort())
    hash.update(await readFile(file, 'utf8'));
  hash.update(await readFile(join(MIGRATIONS, '../node_modules/@electric-sql/pglite/package.json'), 'utf8'));
  return hash.digest('hex').slice(0, 16);
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
