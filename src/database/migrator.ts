import type { SqlMikroORM } from '@mikro-orm/sql';
import { ormOptions } from './orm-options.ts';

const MIGRATION_LOCK = 7_236_000;

/** Brings the embedded database up to date; nobody else can have it open. Returns the names of what it ran. */
export async function migrateEmbedded(orm: SqlMikroORM): Promise<readonly string[]> {
  // Not inside a transaction of ours: the migrator looks around on a second connection first, which this database lacks.
  return (await orm.migrator.up()).map((migration) => migration.name);
}

/** Brings the schema up to date in one transaction; a second migrator waits, then finds nothing to do. */
export async function migrateUp(orm: SqlMikroORM): Promise<readonly string[]> {
  return inLockedTransaction(orm, async (transaction) => {
    const done = await orm.migrator.up({ transaction });
    return done.map((migration) => migration.name);
  });
}

export async function hasPendingMigrations(orm: SqlMikroORM): Promise<boolean> {
  return (await orm.migrator.getPending()).length > 0;
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
