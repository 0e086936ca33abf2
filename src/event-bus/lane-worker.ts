import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Database } from '../database/database.ts';
import { ageOf } from '../event-store/event-id.ts';
import type { Metrics } from '../metrics.ts';
import { DependencyDownError } from './dependency-policies.ts';
import type { ExternalLane } from './external-lane.ts';
import { type LaneClaim, LaneLostError, type LaneSignals } from './lane.ts';
import type { LaneFeed } from './lane-feed.ts';
import type { LogTail } from './log-tail.ts';
import type { TransactionalLane } from './transactional-lane.ts';

interface LaneWorkerOptions {
  readonly claim: LaneClaim;
  readonly lane: TransactionalLane | ExternalLane;
  readonly feed: LaneFeed;
  readonly tail: LogTail;
  readonly database: Database;
  readonly metrics: Metrics | undefined;
  readonly logger: Logger;
  /** The pause while the dependency is down. */
  readonly downMs: number;
}

/** Positions without a matching event are written down at least this often, so that lag means something. */
const IDLE_CHECKPOINT_MS = 1_000;
const MAX_FAILURE_PAUSE_MS = 2_000;

/** Works one lane for as long as this node holds it: due parked events first, then what is new, then waits for more. */
export class LaneWorker {
  readonly #options: LaneWorkerOptions;
  readonly #lost = new AbortController();
  #claim: LaneClaim;
  #position: number;
  #saved: number;
  #savedAt = 0;
  #wakeUp = new AbortController();
  #running: Promise<void> | null = null;
  #stopping = false;
  #windDown = new AbortController();

  constructor(options: LaneWorkerOptions) {
    this.#options = options;
    this.#claim = options.claim;
    this.#position = options.claim.position;
    this.#saved = options.claim.position;
  }

  get claim(): LaneClaim {
    return this.#claim;
  }

  /** Everything up to there is done with; what is written down may be up to a second behind. */
  get position(): number {
    return this.#position;
  }

  get ended(): boolean {
    return this.#lost.signal.aborted;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** The latest beat's word on this lane. */
  refresh(claim: LaneClaim): void {
    const resumed = this.#claim.paused && !claim.paused;
    // Below what this worker has written down: an operator moved it back, even if the pause in between went unseen.
    if (claim.position < this.#saved) {
      this.#position = claim.position;
      this.#saved = claim.position;
    }
    this.#claim = claim;
    if (claim.paused) this.#windDown.abort();
    else if (resumed) this.#windDown = new AbortController();
    if (claim.due || resumed) this.#wakeUp.abort();
  }

  /** The lane is not ours any more: stop at once, write nothing. */
  lose(reason: string): void {
    this.#lost.abort(new LaneLostError(reason));
    this.#wakeUp.abort();
  }

  /** Ends what is under way, begins nothing more. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#windDown.abort();
    this.#wakeUp.abort();
    await this.#running;
    this.#lost.abort(new LaneLostError('Stopped.'));
  }

  async #run(): Promise<void> {
    let failures = 0;
    while (!this.#stopping && !this.#lost.signal.aborted) {
      this.#wakeUp = new AbortController();
      try {
        const worked = !this.#claim.paused && (await this.#turn());
        failures = 0;
        if (!worked) await this.#rest();
      } catch (error) {
        if (this.#lost.signal.aborted) return;
        if (error instanceof LaneLostError) return this.lose(error.message);
        failures++;
        await this.#recover(error, failures);
      }
    }
  }

  async #turn(): Promise<boolean> {
    const { lane, feed } = this.#options;
    const signals: LaneSignals = { lost: this.#lost.signal, windDown: this.#windDown.signal };
    if (this.#claim.due) {
      const retried = await lane.retryDue(this.#claim, signals);
      if (retried) return true;
      this.#claim = { ...this.#claim, due: false };
    }
    const batch = await feed.next(this.#position, lane.limit);
    if (batch.events.length === 0) {
      this.#position = Math.max(this.#position, batch.upTo);
      await this.#saveIdle();
      return false;
    }
    this.#position = await lane.handle({ ...this.#claim, position: this.#position }, batch, signals);
    this.#saved = Math.max(this.#saved, this.#position);
    for (const { position, id } of batch.events) {
      if (position <= this.#position) this.#options.metrics?.eventHandled(this.#claim.handler, ageOf(id));
    }
    return true;
  }

  async #saveIdle(): Promise<void> {
    if (this.#position === this.#saved || Date.now() - this.#savedAt < IDLE_CHECKPOINT_MS) return;
    const { handler, lane, epoch } = this.#claim;
    await this.#options.database.sql(
      `update handler_lane set position = greatest(position, $4), updated_at = clock_timestamp()
       where handler = $1 and lane = $2 and epoch = $3 and not exists (select from handler where name = $1 and paused)`,
      [handler, lane, epoch, this.#position],
    );
    this.#saved = this.#position;
    this.#savedAt = Date.now();
  }

  async #rest(): Promise<void> {
    const position = this.#claim.paused ? Number.MAX_SAFE_INTEGER : this.#position;
    const timeout = AbortSignal.timeout(IDLE_CHECKPOINT_MS);
    await this.#options.tail.waitBeyond(position, AbortSignal.any([this.#wakeUp.signal, this.#lost.signal, timeout]));
  }

  async #recover(error: unknown, failures: number): Promise<void> {
    const { logger, downMs } = this.#options;
    const { handler, lane } = this.#claim;
    const isDown = error instanceof DependencyDownError;
    if (failures === 1)
      logger.warn({ err: error, handler, lane }, isDown ? 'Waiting for a dependency' : 'A lane failed; retrying');
    const pause = isDown ? downMs : Math.min(50 * 2 ** failures, MAX_FAILURE_PAUSE_MS) * (0.5 + Math.random() / 2);
    const signal = AbortSignal.any([this.#lost.signal, this.#windDown.signal]);
    await delay(pause, undefined, { signal, ref: false }).catch(() => undefined);
  }
}
