import type { Logger } from 'pino';
import type { HandlerConfig } from '../config/config.ts';
import type { Database } from '../database/database.ts';
import { leaveTransactionScope } from '../database/open-transaction.ts';
import { type Sql, sqlOf } from '../database/sql.ts';
import { transact } from '../database/transact.ts';
import type { EventCatalogue } from '../event-store/event-catalogue.ts';
import type { EventReader } from '../event-store/event-reader.ts';
import { type Saga, SAGAS_SIGNAL } from './define-saga.ts';
import { isInfrastructureFailure } from './infrastructure-failure.ts';
import { HandlerTimeoutError } from './lane.ts';
import { lockAsItWas, type SagaInstance, takeDue, untilNextDue } from './saga-instance.ts';
import { recordFailure, runTurn } from './run-saga-turn.ts';
import type { Signals } from './signals.ts';

interface SagaRunnerOptions {
  readonly sagas: readonly Saga[];
  readonly database: Database;
  readonly catalogue: EventCatalogue;
  readonly reader: EventReader;
  readonly config: HandlerConfig;
  readonly signals: Signals;
  readonly logger: Logger;
}

/** Sagas worked on at once by one node. */
const CONCURRENCY = 2;
const MAX_PAUSE_MS = 2_000;
/** First pause when one is due that somebody else is at; doubled each time, up to a lease. */
const BUSY_PAUSE_MS = 20;

/** The node is stopping: what was begun is not written. */
class StoppedError extends Error {
  override readonly name = 'StoppedError';
}

/**
 * Takes due sagas further, one step after the other, each in a transaction that holds the saga's row. What makes one due
 * (an event, the end of a step, a pause, a time-out) stands in the database, so any node does it: it is woken by a signal,
 * or sleeps until the next is due. It also looks once a lease, for what a node left that died.
 */
export class SagaRunner implements AsyncDisposable {
  readonly #options: SagaRunnerOptions;
  readonly #names: readonly string[];
  readonly #stop = new AbortController();
  #running: readonly Promise<void>[] = [];

  constructor(options: SagaRunnerOptions) {
    this.#options = options;
    this.#names = options.sagas.map((saga) => saga.name);
  }

  start(): void {
    if (this.#names.length === 0) return;
    // The embedded database has one session.
    const loops = this.#options.database.kind === 'embedded' ? 1 : CONCURRENCY;
    this.#running = leaveTransactionScope(() => Array.from({ length: loops }, () => this.#run()));
  }

  /** Lets the steps under way end. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort(new StoppedError('Stopping.'));
    await Promise.all(this.#running);
  }

  async #run(): Promise<void> {
    const { database, config, signals, logger } = this.#options;
    using listener = signals.listen(SAGAS_SIGNAL);
    let failures = 0;
    let inVain = 0;
    while (!this.#stop.signal.aborted) {
      try {
        if (await this.#work()) {
          inVain = 0;
          continue;
        }
        const due = await untilNextDue(database.sql, this.#names);
        inVain = due !== null && due <= 0 ? inVain + 1 : 0;
        await listener.wait(pauseFor(due, inVain, config.leaseMs), this.#stop.signal);
        failures = 0;
      } catch (error) {
        if (failures++ === 0) logger.warn({ err: error }, 'The sagas cannot be worked on; retrying');
        await listener.wait(Math.min(50 * 2 ** failures, MAX_PAUSE_MS), this.#stop.signal);
      }
    }
  }

  /** Takes one saga a step further; false when none is due. */
  async #work(): Promise<boolean> {
    const { database, config } = this.#options;
    const statementMs = Math.max(...this.#options.sagas.map((saga) => saga.timeoutMs));
    let taken: SagaInstance | null = null;
    try {
      return await transact(database, async (em) => {
        const sql = sqlOf(em);
        const due = await takeDue(sql, this.#names, { statementMs, idleMs: config.leaseMs });
        if (!due) return false;
        taken = due.instance;
        await this.#turn(sql, due);
        return true;
      });
    } catch (error) {
      const was: SagaInstance | null = taken;
      if (was === null || !(error instanceof HandlerTimeoutError)) throw error;
      await transact(database, (em) => this.#fail(sqlOf(em), was, error));
      return true;
    }
  }

  /** A step that fails is rolled back to where it began; that it failed is written while the saga's row is still held. */
  async #turn(sql: Sql, due: { readonly instance: SagaInstance; readonly now: Date }): Promise<void> {
    const { database, catalogue, reader } = this.#options;
    const saga = this.#sagaOf(due.instance);
    try {
      await transact(database, (em) =>
        runTurn({ em, sql: sqlOf(em), catalogue, reader, saga, signal: this.#stop.signal, ...due }),
      );
    } catch (error) {
      // What goes on after its time is over must find no open transaction: this one ends, and a new one writes it down.
      const isOver = error instanceof HandlerTimeoutError || this.#stop.signal.aborted;
      if (isOver || isInfrastructureFailure(error)) throw error;
      await this.#fail(sql, due.instance, error);
    }
  }

  async #fail(sql: Sql, was: SagaInstance, error: unknown): Promise<void> {
    const { config, logger } = this.#options;
    const policy = {
      maxAttempts: config.maxAttempts,
      baseMs: config.retryBaseMs,
      maxMs: config.retryMaxMs,
      ...this.#sagaOf(was).retry,
    };
    const instance = await lockAsItWas(sql, was);
    const status = instance && (await recordFailure(sql, instance, error, policy));
    const where = { saga: was.saga, key: was.key, step: was.step, status };
    if (status === 'FAILED')
      logger.error({ err: error, ...where }, 'A saga cannot be taken back; an operator is needed');
    else logger.warn({ err: error, ...where }, 'A step of a saga failed');
  }

  #sagaOf(instance: SagaInstance): Saga {
    const saga = this.#options.sagas.find(({ name }) => name === instance.saga);
    if (!saga) throw new Error(`There is no saga ${instance.saga}.`);
    return saga;
  }
}

/** Until the next one is due, and at most a lease; `inVain`, how often one was due in a row and could not be had. */
function pauseFor(dueMs: number | null, inVain: number, leaseMs: number): number {
  const ms = inVain > 0 ? BUSY_PAUSE_MS * 2 ** Math.min(inVain - 1, 20) : (dueMs ?? leaseMs);
  return Math.min(ms, leaseMs);
}
