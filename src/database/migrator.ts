import { readdir } from 'node:fs/promises';
import { parse } from 'node:path';
import type { SqlMikroORM } from '@mikro-orm/sql';
import { MIGRATIONS_FOLDER, MIGRATIONS_TABLE, ormOptions } from './orm-options.ts';

const MIGRATION_LOCK = 7_236_000;

/** Brings the embedded database up to date; nobody else can have it open. Returns the names of what it ran. */
export async function migrateEmbedded(orm: SqlMikroORM): Promise<readonly string[]> {
  if (!(await hasPendingMigrations(orm))) return [];
  // Not inside a transaction of ours: the migrator looks around on a second connection first, which this database lacks.
  return (await orm.migrator.up()).map((migration) => migration.name);
}

/** Brings the schema up to date in one transaction; a second migrator waits, then finds nothing to do. */
export async function migrateUp(orm: SqlMikroORM): Promise<readonly string[]> {
  if (!(await hasPendingMigrations(orm))) return [];
  return inLockedTransaction(orm, async (transaction) => {
    const done = await orm.migrator.up({ transaction });
    return done.map((migration) => migration.name);
  });
}

/** By their names alone: the migrator would load all of them to find that there is nothing to do, at every start. */
export async function hasPendingMigrations(orm: SqlMikroORM): Promise<boolean> {
  const em = orm.em.fork();
  const [table] = await em.execute<{ exists: boolean }[]>(
    `select to_regclass('${MIGRATIONS_TABLE}') is not null as exists`,
  );
  if (!table?.exists) return true;
  const rows = await em.execute<{ name: string }[]>(`select name from ${MIGRATIONS_TABLE}`);
  const done = new Set(rows.map(({ name }) => name));
  const files = (await readdir(MIGRATIONS_FOLDER)).filter((file) => /^Migration.*\.ts$/.test(file));
  return files.some((file) => !done.has(parse(file).name));
}

/** Migrates the PostgreSQL database at `url`. */
export async function migrate(url: string): Promise<void> {
  await using orm = await openForMigration(url);
  await migrateUp(orm.orm);
}

/** Takes every migration back. For tests and checks; loses all data. */
export async function migrateDown(url: string): Promise<void> {
  await using orm = await openForMigration(url);
  await inLockedTransaction(orm.orm, async (transaction) => orm.orm.migrator.down({ to: 0, transaction }));
}

async function inLockedTransaction<Result>(
  orm: SqlMikroORM,
  work: (transaction: object) => Promise<Result>,
): Promise<Result> {
  return orm.em.fork().transactional(async (em) => {
    await em.execute('set local statement_timeout = 0');
    await em.execute(`select pg_advisory_xact_lock(${MIGRATION_LOCK})`);
    return work(em.getTransactionContext() as object);
  });
}

async function openForMigration(url: string): Promise<{ orm: SqlMikroORM } & AsyncDisposable> {
  const { MikroORM } = await import('@mikro-orm/postgresql');
  const orm = await MikroORM.init({ ...ormOptions([]), clientUrl: url, pool: { min: 0, max: 2 } });
  return { orm, [Symbol.asyncDispose]: () => orm.close() };
}
