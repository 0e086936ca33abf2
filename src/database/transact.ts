import { TransactionEventBroadcaster } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/sql';
import type { Database } from './database.ts';
import { openTransactionOf, runInTransactionScope } from './open-transaction.ts';
import { putOffWrites } from './sql.ts';

/** Run when everything is flushed, before the commit: may write with SQL, must not change entities. */
type BeforeCommit<Result> = (em: SqlEntityManager, result: Result) => Promise<void>;

/**
 * Runs `work` in a transaction with an entity manager of its own, flushes and commits; rolls back when it throws.
 * Inside another `transact` it becomes a savepoint: its changes and events vanish alone if it fails.
 *
 * The commit also appends the events of what was flushed (event-store/event-recorder.ts) and wakes the relay.
 *
 * @throws TransactionAbortedError when `work` went on after a statement had failed: the server rolls that back.
 */
export async function transact<Result>(
  database: Database,
  work: (em: SqlEntityManager) => Promise<Result>,
  beforeCommit?: BeforeCommit<Result>,
): Promise<Result> {
  const outer = openTransactionOf();
  if (outer) return outer.transactional((em) => runInTransactionScope(em, () => finish(em, work, beforeCommit)));
  const em = database.orm.em.fork();
  return runInTransactionScope(em, async () => {
    await em.begin();
    try {
      const result = await finish(em, work, beforeCommit);
      await commit(em);
      return result;
    } catch (error) {
      await rollback(em, error);
      throw error;
    }
  });
}

async function finish<Result>(
  em: SqlEntityManager,
  work: (em: SqlEntityManager) => Promise<Result>,
  beforeCommit?: BeforeCommit<Result>,
): Promise<Result> {
  const result = await work(em);
  putOffWrites(em);
  await em.flush();
  await beforeCommit?.(em, result);
  return result;
}

/** `em.commit()` without its flush, which would look through all entities once more. */
async function commit(em: SqlEntityManager): Promise<void> {
  const connection = em.getConnection('write');
  const transaction = em.getTransactionContext() as Parameters<typeof connection.commit>[0] | undefined;
  if (!transaction) throw new Error('The work ended its own transaction.');
  await connection.commit(transaction, new TransactionEventBroadcaster(em));
  em.resetTransactionContext();
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
