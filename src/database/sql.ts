import { randomUUID } from 'node:crypto';
import type { SqlEntityManager } from '@mikro-orm/sql';

/** Runs one parameterised statement (`$1`, `$2`, …) and returns its rows. */
export type Sql = <Row extends object>(text: string, parameters?: readonly unknown[]) => Promise<Row[]>;

interface CompiledStatement {
  readonly sql: string;
  readonly parameters: readonly unknown[];
  readonly query: {
    readonly kind: 'RawNode';
    readonly sqlFragments: readonly string[];
    readonly parameters: readonly [];
  };
  readonly queryId: { readonly queryId: string };
}

export interface StatementResult {
  readonly rows: object[];
  readonly numAffectedRows?: bigint;
}

export interface StatementExecutor {
  executeQuery(statement: CompiledStatement): Promise<StatementResult>;
}

export function executeStatement(
  executor: StatementExecutor,
  text: string,
  parameters: readonly unknown[],
): Promise<StatementResult> {
  return executor.executeQuery({
    sql: text,
    parameters,
    query: { kind: 'RawNode', sqlFragments: [text], parameters: [] },
    queryId: { queryId: randomUUID() },
  });
}

/**
 * SQL on the entity manager's own connection: inside its open transaction if there is one, else on any pooled connection.
 *
 * The statement goes past MikroORM's `execute()`, which writes parameters into the text as literals: here they travel
 * apart from it, and PostgreSQL caches the plans of the functions we call.
 */
export function sqlOf(em: SqlEntityManager): Sql {
  return async <Row extends object>(text: string, parameters: readonly unknown[] = []): Promise<Row[]> => {
    const executor = (em.getTransactionContext() ?? em.getConnection('write').getClient()) as StatementExecutor;
    return (await executeStatement(executor, text, parameters)).rows as Row[];
  };
}
