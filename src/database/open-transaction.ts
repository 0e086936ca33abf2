import { AsyncLocalStorage } from 'node:async_hooks';
import type { SqlEntityManager } from '@mikro-orm/sql';

const storage = new AsyncLocalStorage<SqlEntityManager | null>();

/** The transaction this call chain runs in, if any. */
export function openTransactionOf(): SqlEntityManager | null {
  return storage.getStore() ?? null;
}

export function runInTransactionScope<Result>(em: SqlEntityManager, work: () => Promise<Result>): Promise<Result> {
  return storage.run(em, work);
}

/** For work that a transaction only sets off (a wake-up, a timer): it must not believe it is inside. */
export function leaveTransactionScope<Result>(work: () => Result): Result {
  return storage.run(null, work);
}
