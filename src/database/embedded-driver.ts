import { randomUUID } from 'node:crypto';
import type { Configuration, Dictionary, Transaction } from '@mikro-orm/core';
import { PgliteConnection, PgliteDriver } from '@mikro-orm/pglite';
import { bindQuery, type Query } from './bound-statement.ts';
import {
  answerOf,
  type Statement,
  type StatementConnection,
  type StatementResult,
  TransactionAbortedError,
} from './statement.ts';

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

/** The query builder's: the whole of it, or one of its transactions. */
interface StatementExecutor {
  executeQuery(statement: CompiledStatement): Promise<{ rows: object[]; numAffectedRows?: bigint }>;
}

/** The ORM's connection to the embedded database, in this process: there is no way to it that batches would shorten. */
export class EmbeddedConnection extends PgliteConnection implements StatementConnection {
  /** Transactions in which a statement failed: the database ends them without a word when it is told to commit. */
  readonly #aborted = new WeakSet<object>();

  async run({ text, values }: Statement, transaction?: object): Promise<StatementResult> {
    const executor = (transaction ?? this.getClient()) as StatementExecutor;
    const statement: CompiledStatement = {
      sql: text,
      parameters: values,
      query: { kind: 'RawNode', sqlFragments: [text], parameters: [] },
      queryId: { queryId: randomUUID() },
    };
    try {
      const { rows, numAffectedRows } = await executor.executeQuery(statement);
      return { rows, command: '', rowCount: Number(numAffectedRows ?? rows.length) };
    } catch (error) {
      if (transaction) this.#aborted.add(transaction);
      throw error;
    }
  }

  async putOff(statement: Statement, transaction: object): Promise<void> {
    try {
      await this.run(statement, transaction);
    } catch (error) {
      throw statement.refusal ? statement.refusal(error) : error;
    }
  }

  putOffWrites(): void {
    // It waits for every statement.
  }

  override async execute<Result>(
    query: Query,
    parameters: readonly unknown[] | Dictionary<unknown> = [],
    method: 'all' | 'get' | 'run' = 'all',
    transaction?: Transaction<object>,
  ): Promise<Result> {
    await this.ensureConnection();
    return answerOf(await this.run(bindQuery(query, parameters, this.platform), transaction), method) as Result;
  }

  override async commit(...[transaction, ...more]: Parameters<PgliteConnection['commit']>): Promise<void> {
    if (this.#aborted.has(transaction)) throw new TransactionAbortedError();
    await super.commit(transaction, ...more);
  }
}

/** The ORM's driver for the embedded database. */
export class EmbeddedDriver extends PgliteDriver {
  protected override readonly connection: EmbeddedConnection;

  constructor(config: Configuration) {
    super(config);
    this.connection = new EmbeddedConnection(config);
  }
}
