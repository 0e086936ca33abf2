import type { Configuration, Dictionary, Transaction } from '@mikro-orm/core';
import { PgliteConnection, PgliteDriver } from '@mikro-orm/pglite';
import { bindQuery, type Query } from './bound-statement.ts';
import { EmbeddedSession, type QueryTransaction } from './embedded-session.ts';
import {
  answerOf,
  type Statement,
  type StatementConnection,
  type StatementResult,
  TransactionAbortedError,
} from './statement.ts';

/** The ORM's connection to the embedded database, in this process. */
export class EmbeddedConnection extends PgliteConnection implements StatementConnection {
  /** Transactions in which a statement failed: the database ends them without a word when it is told to commit. */
  readonly #aborted = new WeakSet<object>();
  #session: EmbeddedSession | null = null;

  async run(statement: Statement, transaction?: object): Promise<StatementResult> {
    await this.ensureConnection();
    this.#session ??= new EmbeddedSession(await this.getNativeClient());
    try {
      return await this.#session.run(statement, (transaction as QueryTransaction | undefined) ?? null);
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
    return answerOf(await this.run(bindQuery(query, parameters, this.platform), transaction), method) as Result;
  }

  override async close(force?: boolean): Promise<void> {
    this.#session = null;
    await super.close(force);
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
