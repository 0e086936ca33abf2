import { type Dictionary, EventType, type Transaction, type TransactionEventBroadcaster } from '@mikro-orm/core';
import { PostgreSqlConnection } from '@mikro-orm/postgresql';
import type { CustomTypesConfig, Pool, PoolClient } from 'pg';
import { DomainError } from '../errors.ts';
import { bindQuery, type Query } from './bound-statement.ts';
import { PostgresSession } from './postgres-session.ts';
import { PostgresTransaction } from './postgres-transaction.ts';
import { PreparedStatements } from './prepared-statements.ts';
import {
  answerOf,
  encode,
  type HeldSession,
  type ParserOf,
  type Statement,
  type StatementConnection,
  type StatementResult,
  TransactionAbortedError,
} from './statement.ts';
import { isStale } from './stale-statement.ts';
import { StatementBatch } from './statement-batch.ts';

/** What it asks of `driverOptions` besides what the ORM does. */
export interface SessionOptions {
  /** By default statements are prepared. */
  readonly preparesStatements?: boolean;
  /** Where sessions come from, if not from a pool of connections to a server. */
  readonly acquireSession?: (parserOf: ParserOf) => Promise<HeldSession>;
}

type Begin = NonNullable<Parameters<PostgreSqlConnection['begin']>[0]>;

/**
 * The ORM's connection, with its statements prepared and sent in batches (`PostgresSession`) instead of one by one as text.
 * With 16 commands at a time that is the difference between a third and all of the speed of hand-written SQL
 * (docs/decisions/014).
 */
export class PipelinedConnection extends PostgreSqlConnection implements StatementConnection {
  readonly #prepared = new WeakMap<PoolClient, PreparedStatements>();
  readonly #seen = new Set<string>();
  #types: CustomTypesConfig | undefined;
  #pool: Pool | null = null;

  async run(statement: Statement, transaction?: object): Promise<StatementResult> {
    if (transaction) return sessionOf(transaction).run(statement);
    try {
      return await this.#runOnce(statement);
    } catch (error) {
      if (!isStale(error)) throw error;
      return this.#runOnce(statement);
    }
  }

  putOff(statement: Statement, transaction: object): Promise<void> {
    return sessionOf(transaction).putOff(statement);
  }

  putOffWrites(transaction: object): void {
    (transaction as PostgresTransaction).putsOffWrites = true;
  }

  /** The query builder ends only the pool that it has used itself. */
  override async close(force?: boolean): Promise<void> {
    const pool = this.#pool;
    this.#pool = null;
    await super.close(force);
    if (pool && !pool.ending) await pool.end();
  }

  override async begin(options: Begin = {}): ReturnType<PostgreSqlConnection['begin']> {
    const { eventBroadcaster } = options;
    const outer: unknown = options.ctx;
    await eventBroadcaster?.dispatchEvent(EventType.beforeTransactionStart, options.ctx);
    const transaction =
      outer instanceof PostgresTransaction ? await setSavepoint(outer) : await this.#open(beginText(options));
    // The ORM only hands it back to us.
    const context = transaction as unknown as Awaited<ReturnType<PostgreSqlConnection['begin']>>;
    await eventBroadcaster?.dispatchEvent(EventType.afterTransactionStart, context);
    return context;
  }

  override async commit(context: Transaction, eventBroadcaster?: TransactionEventBroadcaster): Promise<void> {
    const transaction = context as PostgresTransaction;
    const { session, savepoint } = transaction;
    await eventBroadcaster?.dispatchEvent(EventType.beforeTransactionCommit, context);
    transaction.end();
    try {
      await (savepoint === null ? session.commit() : session.releaseSavepoint(savepoint));
    } catch (error) {
      // Of a write that was put off: what its flush would have thrown.
      throw convertUnlessOurs(error, (cause) => this.platform.getExceptionConverter().convertException(cause));
    }
    await eventBroadcaster?.dispatchEvent(EventType.afterTransactionCommit, context);
  }

  override async rollback(context: Transaction, eventBroadcaster?: TransactionEventBroadcaster): Promise<void> {
    const transaction = context as PostgresTransaction;
    const { session, savepoint } = transaction;
    await eventBroadcaster?.dispatchEvent(EventType.beforeTransactionRollback, context);
    transaction.end();
    await (savepoint === null ? session.rollback() : session.rollbackToSavepoint(savepoint));
    await eventBroadcaster?.dispatchEvent(EventType.afterTransactionRollback, context);
  }

  override async execute<Result>(
    query: Query,
    parameters: readonly unknown[] | Dictionary<unknown> = [],
    method: 'all' | 'get' | 'run' = 'all',
    context?: Transaction,
  ): Promise<Result> {
    const statement = bindQuery(query, parameters, this.platform);
    const transaction = context as object | undefined;
    const isPlainWrite = method === 'run' && !/\breturning\b/i.test(statement.text);
    const result = await (isPlainWrite ? this.write(statement, transaction) : this.run(statement, transaction));
    return answerOf(result, method) as Result;
  }

  /** Runs one of the ORM's writes that answers nothing, or puts it off when its transaction is in its last flush. */
  async write(statement: Statement, transaction?: object): Promise<StatementResult> {
    const { putsOffWrites = false } = (transaction ?? {}) as Partial<PostgresTransaction>;
    if (!transaction || !putsOffWrites) return this.run(statement, transaction);
    await sessionOf(transaction).putOff(statement);
    // Nothing is known of it yet; who asks for the number of rows (the ORM's own version checks) finds none.
    return { rows: [], command: '', rowCount: 0 };
  }

  async #runOnce(statement: Statement): Promise<StatementResult> {
    const encoded = encode(statement);
    const held = await this.#acquire();
    try {
      return await held.execute([encoded]);
    } finally {
      held.release();
    }
  }

  async #open(begin: string): Promise<PostgresTransaction> {
    return new PostgresTransaction(new PostgresSession(await this.#acquire(), begin));
  }

  async #acquire(): Promise<HeldSession> {
    const { acquireSession } = this.#sessionOptions;
    if (acquireSession) {
      const types = (this.#types ??= this.mapOptions({}).types);
      return acquireSession((type) => types?.getTypeParser(type, 'text') as ReturnType<ParserOf>);
    }
    this.#pool ??= await this.getNativeClient();
    const client = await this.#pool.connect();
    const prepared = this.#preparedOf(client);
    return {
      execute: (statements) => new StatementBatch(client, prepared, statements).execute(),
      release: (isBroken) => client.release(isBroken),
    };
  }

  get #sessionOptions(): SessionOptions {
    return this.config.get('driverOptions') as SessionOptions;
  }

  #preparedOf(client: PoolClient): PreparedStatements | null {
    if (this.#sessionOptions.preparesStatements === false) return null;
    let prepared = this.#prepared.get(client);
    if (!prepared) this.#prepared.set(client, (prepared = new PreparedStatements(this.#seen)));
    return prepared;
  }
}

/** Errors that the statement's own caller made of the server's stay as they are. */
export function convertUnlessOurs(error: unknown, convert: (error: Error) => Error): unknown {
  const isOurs = error instanceof DomainError || error instanceof TransactionAbortedError;
  return error instanceof Error && !isOurs ? convert(error) : error;
}

function sessionOf(transaction: object): PostgresSession {
  return (transaction as PostgresTransaction).openSession;
}

async function setSavepoint(outer: PostgresTransaction): Promise<PostgresTransaction> {
  const inner = outer.nest();
  if (inner.savepoint !== null) await inner.session.setSavepoint(inner.savepoint);
  return inner;
}

function beginText({ isolationLevel, readOnly }: Begin): string {
  return ['begin', isolationLevel && `isolation level ${isolationLevel}`, readOnly && 'read only']
    .filter(Boolean)
    .join(' ');
}
