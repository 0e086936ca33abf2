import type { SqlEntityManager } from '@mikro-orm/sql';
import type { Statement, StatementConnection } from './statement.ts';

/** Runs one parameterised statement (`$1`, `$2`, …) and returns its rows. */
export type Sql = <Row extends object>(text: string, parameters?: readonly unknown[]) => Promise<Row[]>;

/**
 * SQL on the entity manager's own connection: inside its open transaction if there is one, else on any pooled connection.
 * The parameters travel apart from the text, so it cannot be changed by them, and its plan can be kept.
 */
export function sqlOf(em: SqlEntityManager): Sql {
  return async <Row extends object>(text: string, parameters: readonly unknown[] = []): Promise<Row[]> => {
    const { rows } = await connectionOf(em).run({ text, values: parameters }, em.getTransactionContext());
    return rows as Row[];
  };
}

/**
 * Runs a statement whose rows nobody needs, in the entity manager's transaction. On PostgreSQL it is only put off, to go out
 * with the next statement there, or with the commit: if it fails, that one throws its `refusal`.
 */
export async function putOff(em: SqlEntityManager, statement: Statement): Promise<void> {
  await connectionOf(em).putOff(statement, transactionOf(em));
}

/** For the last flush of a transaction: its writes need not be waited for, the commit says whether they succeeded. */
export function putOffWrites(em: SqlEntityManager): void {
  connectionOf(em).putOffWrites(transactionOf(em));
}

function transactionOf(em: SqlEntityManager): object {
  const transaction: object | undefined = em.getTransactionContext<object>();
  if (!transaction) throw new Error('A statement can be put off in a transaction only.');
  return transaction;
}

/** Every database is opened with a driver of ours (`database.ts`). */
function connectionOf(em: SqlEntityManager): StatementConnection {
  return em.getConnection('write') as object as StatementConnection;
}
