import { performance } from 'node:perf_hooks';
import type { Logger } from 'pino';
import { leaveTransactionScope } from './open-transaction.ts';
import type { Sql } from './sql.ts';

interface ReplicaOptions {
  readonly primary: Sql;
  readonly replica: Sql;
  /** How far it may be behind before it is left alone. Milliseconds. */
  readonly maxLagMs: number;
  readonly logger: Logger;
}

const CHECKS_PER_LAG = 5;
const LONGEST_PAUSE_MS = 1_000;

/**
 * Knows whether a replica may be read from. A row of the primary says every now and then what time it is there, and the
 * replica's copy of that row how far it has come: so it holds for every kind of replication, for one that has lost its
 * primary, and while nothing else is written. It counts as behind until it has answered, and when it answers no more.
 */
export class Replica implements AsyncDisposable {
  readonly #options: ReplicaOptions;
  readonly #timer: NodeJS.Timeout;
  #checking: Promise<void> | null = null;
  /** By this process' clock, the time up to which the last answer counts. */
  #currentUntil = 0;
  #wasCurrent = false;
  #hasFailed = false;

  constructor(options: ReplicaOptions) {
    this.#options = options;
    this.#timer = setInterval(
      () => {
        this.#checking ??= leaveTransactionScope(() => this.#check()).finally(() => {
          this.#checking = null;
        });
      },
      Math.min(LONGEST_PAUSE_MS, Math.ceil(options.maxLagMs / CHECKS_PER_LAG)),
    );
    this.#timer.unref();
  }

  get isCurrent(): boolean {
    return performance.now() < this.#currentUntil;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    await this.#checking;
  }

  async #check(): Promise<void> {
    const { maxLagMs, logger } = this.#options;
    const asked = performance.now();
    try {
      const lagMs = await this.#measure();
      this.#currentUntil = asked + Math.max(0, maxLagMs - lagMs);
      this.#hasFailed = false;
    } catch (error) {
      if (!this.#hasFailed) logger.warn({ err: error }, 'The replica does not say how far it is');
      this.#hasFailed = true;
    }
    if (this.isCurrent === this.#wasCurrent) return;
    this.#wasCurrent = this.isCurrent;
    if (this.isCurrent) logger.info('Queries read from the replica');
    else logger.warn('Queries read from the primary: the replica is away or too far behind');
  }

  async #measure(): Promise<number> {
    const { primary, replica } = this.#options;
    const [now] = await primary<{ at: string }>(
      `insert into replica_heartbeat (id, at) values (true, clock_timestamp())
       on conflict (id) do update set at = excluded.at returning at`,
    );
    const [then] = await replica<{ at: string }>('select at from replica_heartbeat');
    if (!now || !then) return Infinity;
    return Math.max(0, new Date(now.at).getTime() - new Date(then.at).getTime());
  }
}
