import type { Logger } from 'pino';
import { leaveTransactionScope } from '../../database/open-transaction.ts';
import { type Sql, sqlOf } from '../../database/sql.ts';
import type { CommandBus } from '../../event-bus/command-bus.ts';
import type { CommandScope } from '../../event-bus/command.ts';
import type { LogTail } from '../../event-bus/log-tail.ts';
import type { EventLog } from '../../event-store/read-events.ts';
import type { RequestOrigin, Viewer } from '../../viewer.ts';
import type { ChargeAnswer, GatewayCalls } from './gateway-calls.ts';
import { loadPayment, payments } from './payment.aggregate.ts';
import { PaymentStarted } from './payment.events.ts';
import { settlePayment } from './payment.ts';
import { claimDueSettlements, hastenSettlement, nextSettlementIn, takeSettlement } from './settlement-queue.ts';

interface SettlementOptions {
  readonly sql: Sql;
  readonly commands: CommandBus;
  readonly log: EventLog;
  readonly tail: LogTail;
  readonly calls: GatewayCalls;
  /** How long after its start a payment without an outcome is asked about. */
  readonly settleAfterMs: number;
  readonly logger: Logger;
}

/** Who recorded an outcome. */
interface Recorder {
  readonly viewer: Viewer | null;
  readonly origin: RequestOrigin;
  readonly causationId?: string;
  /** Runs in the transaction that records it. */
  readonly alongside?: (scope: CommandScope) => Promise<void>;
}

const AT_ONCE = 8;
const PAUSE_AFTER_FAILURE_MS = 1_000;
/** The longest that a timer sleeps; setTimeout takes no more than 2^31. */
const LONGEST_SLEEP_MS = 3_600_000;

/**
 * Asks the gateway about payments that were started and never finished: its answer was late, or the process that waited
 * for it is gone. Runs in every process. It sleeps until the next payment is due, and hears of new ones by their events in
 * the log, so it also settles what another node left behind.
 */
export class PaymentSettlement implements AsyncDisposable {
  readonly #options: SettlementOptions;
  #position: number;
  /** By `performance.now()`; Infinity when nothing waits. */
  #nextAt = 0;
  #stopped = false;
  #nap = new AbortController();
  #running: Promise<void> | null = null;

  constructor(options: SettlementOptions) {
    this.#options = options;
    this.#position = options.tail.head;
  }

  start(): void {
    this.#running ??= leaveTransactionScope(() => this.#run());
  }

  /** Has the gateway asked as soon as possible. */
  async hasten(paymentId: string): Promise<void> {
    await hastenSettlement(this.#options.sql, paymentId);
    this.#nextAt = 0;
    this.#nap.abort();
  }

  /** Records an outcome, unless one is recorded already. @throws what a command throws. */
  async record(
    paymentId: string,
    outcome: Exclude<ChargeAnswer, { status: 'UNKNOWN' }>,
    { alongside, ...recorder }: Recorder,
  ): Promise<void> {
    await this.#options.commands.execute({
      name: 'settlePayment',
      aggregateType: 'Payment',
      kind: 'UPDATE',
      shown: { paymentId, outcome: outcome.status },
      ...recorder,
      run: async (scope) => {
        const { em } = scope;
        if (await takeSettlement(sqlOf(em), paymentId)) {
          const payment = await loadPayment(em, paymentId);
          await payments.append(em, payment, [settlePayment(payment.state, outcome)]);
          await alongside?.(scope);
        }
        return {};
      },
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped = true;
    this.#nap.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      this.#readLog();
      if (performance.now() >= this.#nextAt) {
        try {
          this.#nextAt = Number.POSITIVE_INFINITY;
          await this.#settleDue();
          const ms = await nextSettlementIn(this.#options.sql);
          if (ms !== null) this.#nextAt = Math.min(this.#nextAt, performance.now() + ms);
        } catch (error) {
          this.#options.logger.warn({ err: error }, 'Payments cannot be settled; retrying');
          this.#nextAt = performance.now() + PAUSE_AFTER_FAILURE_MS;
        }
      }
      await this.#sleep();
    }
  }

  /** A payment that has just been started is due after a while, if nobody has settled it by then. */
  #readLog(): void {
    const { tail, settleAfterMs } = this.#options;
    const { head } = tail;
    const events = tail.since(this.#position, head - this.#position);
    this.#position = head;
    if (events === null) this.#nextAt = 0;
    else if (events.some((event) => event.type === PaymentStarted.type))
      this.#nextAt = Math.min(this.#nextAt, performance.now() + settleAfterMs);
  }

  async #settleDue(): Promise<void> {
    const { sql, settleAfterMs } = this.#options;
    for (;;) {
      const due = await claimDueSettlements(sql, settleAfterMs, AT_ONCE);
      await Promise.all(due.map((paymentId) => this.#settle(paymentId)));
      if (due.length < AT_ONCE || this.#stopped) return;
    }
  }

  async #settle(paymentId: string): Promise<void> {
    const { calls, log, logger } = this.#options;
    try {
      const outcome = await calls.settle(paymentId);
      const [start] = await log.readStream('Payment', paymentId);
      if (!start) throw new Error('A payment without its first event.');
      const { correlationId, ipAddress, userAgent } = start.metadata;
      await this.record(paymentId, outcome, {
        viewer: null,
        origin: { correlationId, ipAddress, userAgent },
        causationId: start.id,
      });
      logger.info({ paymentId, outcome: outcome.status }, 'Payment settled');
    } catch (error) {
      const failure = error instanceof Error ? error.name : typeof error;
      logger.warn({ paymentId, failure }, 'A payment could not be settled; it is tried again');
    }
  }

  /** Until a payment is due, the log goes on, or somebody is in a hurry. */
  async #sleep(): Promise<void> {
    const milliseconds = Math.min(this.#nextAt - performance.now(), LONGEST_SLEEP_MS);
    if (this.#stopped || milliseconds <= 0) return;
    this.#nap = new AbortController();
    const timer = setTimeout(() => this.#nap.abort(), milliseconds);
    timer.unref();
    try {
      await this.#options.tail.waitBeyond(this.#position, this.#nap.signal);
    } finally {
      clearTimeout(timer);
    }
  }
}
