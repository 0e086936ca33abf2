import type { SqlEntityManager } from '@mikro-orm/sql';
import type { Database } from './database.ts';
import { openTransactionOf, runInTransactionScope } from './open-transaction.ts';

/**
 * Runs `work` in a transaction with an entity manager of its own, flushes and commits; rolls back when it throws.
 * Inside another `transact` it becomes a savepoint: its changes and events vanish alone if it fails.
 *
 * The commit also appends the events of what was flushed (event-store/event-recorder.ts) and wakes the relay.
 */
export async function transact<Result>(
  database: Database,
  work: (em: SqlEntityManager) => Promise<Result>,
): Promise<Result> {
  const outer = openTransactionOf();
  if (outer) return outer.transactional((em) => runInTransactionScope(em, () => work(em)));
  const em = database.orm.em.fork();
  return runInTransactionScope(em, async () => {
    await em.begin();
    try {
      const result = await work(em);
      await em.commit();
      return result;
    } catch (error) {
      await rollback(em, error);
      throw error;
    }
  });
}

/** A failing rollback must not hide why the transaction failed: a lost connection makes both fail. */
async function rollback(em: SqlEntityManager, cause: unknown): Promise<void> {
  if (!em.isInTransaction()) return;
  try {
    await em.rollback();
  } catch (error) {
    if (cause instanceof Error && cause.cause === undefined) cause.cause = error;
  }
}
