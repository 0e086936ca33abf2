import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { HandlerConfig } from '../config/config.ts';
import type { Database } from '../database/database.ts';
import { leaveTransactionScope } from '../database/open-transaction.ts';
import type { EventCatalogue } from '../event-store/event-catalogue.ts';
import type { EventReader } from '../event-store/event-reader.ts';
import type { EventLog } from '../event-store/read-events.ts';
import type { Metrics } from '../metrics.ts';
import type { Handler } from './define-handler.ts';
import { DependencyPolicies } from './dependency-policies.ts';
import { ExternalLane } from './external-lane.ts';
import type { LaneClaim } from './lane.ts';
import { LaneFeed } from './lane-feed.ts';
import { LaneLeases } from './lane-leases.ts';
import { LaneWorker } from './lane-worker.ts';
import type { LogTail } from './log-tail.ts';
import { type LaneDeps, TransactionalLane } from './transactional-lane.ts';

interface HandlerRunnerOptions {
  /** UUID of this process. */
  readonly node: string;
  readonly handlers: readonly Handler[];
  /** How many lanes each of them has; see `registerHandlers`. */
  readonly lanes: ReadonlyMap<string, number>;
  readonly database: Database;
  readonly log: EventLog;
  readonly tail: LogTail;
  readonly catalogue: EventCatalogue;
  readonly reader: EventReader;
  readonly config: HandlerConfig;
  readonly metrics?: Metrics | undefined;
  readonly logger: Logger;
}

/** Calls to one dependency at once; more if a handler that talks to it declares more. */
const DEPENDENCY_CONCURRENCY = 16;
const HALF_OPEN_AFTER_MS = 5_000;
/** How often a lane whose dependency is down asks whether a call would be let through. */
const LOOK_AGAIN_MS = 1_000;
/** How long a stop waits for batches under way before it cuts them. */
const STOP_GRACE_MS = 5_000;

/**
 * Runs the durable handlers of this node. Every third of a lease it beats: renews its lanes, takes free ones up to its
 * share of all, and hands back what is above it and another node can run. Each lane it holds has one worker.
 *
 * A node that dies stops beating; its lanes are free when the lease is over. A node that was only stopped finds
 * its epoch gone: workers check it inside every transaction, and stop when no beat got through for a lease.
 */
export class HandlerRunner implements AsyncDisposable {
  readonly #options: HandlerRunnerOptions;
  readonly #leases: LaneLeases;
  readonly #policies: DependencyPolicies;
  readonly #workers = new Map<string, LaneWorker>();
  readonly #stop = new AbortController();
  #running: Promise<void> | null = null;
  /** When the latest beat that got through began: the leases run from there, or later. */
  #provenAt = 0;
  #ended: Promise<void> | null = null;

  constructor(options: HandlerRunnerOptions) {
    this.#options = options;
    this.#policies = new DependencyPolicies({
      halfOpenAfterMs: HALF_OPEN_AFTER_MS,
      concurrency: (dependency) => concurrencyOf(options.handlers, dependency),
    });
    this.#leases = new LaneLeases(options.database.sql, options.node, options.config.leaseMs);
  }

  /** The position up to which every lane of every handler is done; 0 while this node does not hold all of them. */
  get reached(): number {
    const lanes = [...this.#options.lanes.values()].reduce((sum, count) => sum + count, 0);
    const workers = [...this.#workers.values()].filter((worker) => !worker.ended);
    return workers.length < lanes ? 0 : Math.min(...workers.map(({ position }) => position));
  }

  start(): void {
    this.#running = leaveTransactionScope(() => this.#run());
  }

  /** Lets every batch under way end, for 5 s at most, then hands all lanes back. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended ??= this.#end();
    await this.#ended;
  }

  async #end(): Promise<void> {
    this.#stop.abort();
    await this.#running;
    await Promise.all([...this.#workers.values()].map((worker) => this.#handBack(worker)));
    await this.#leases.leave().catch((error: unknown) => this.#options.logger.debug({ err: error }, 'Could not leave'));
  }

  async #run(): Promise<void> {
    const { leaseMs } = this.#options.config;
    this.#provenAt = performance.now();
    while (!this.#stop.signal.aborted) {
      const startedAt = performance.now();
      try {
        await this.#beat();
        this.#provenAt = startedAt;
      } catch (error) {
        this.#options.logger.warn({ err: error }, 'A beat of the handlers failed');
        // Others may take the lanes once the lease is over: stop before that, and do not wait to be told.
        if (performance.now() - this.#provenAt > leaseMs * 0.8) this.#loseAll('No beat got through for a lease.');
      }
      await delay(leaseMs / 3, undefined, { signal: this.#stop.signal, ref: false }).catch(() => undefined);
    }
  }

  async #beat(): Promise<void> {
    const { claims, share } = await this.#leases.beat([...this.#options.lanes.keys()]);
    const held = new Map(claims.map((claim) => [keyOf(claim), claim]));
    for (const [key, worker] of this.#workers) {
      if (!held.has(key)) worker.lose('The lease was lost.');
      if (worker.ended) this.#workers.delete(key);
    }
    for (const [key, claim] of held) {
      const worker = this.#workers.get(key);
      if (worker) worker.refresh(claim);
      else this.#open(key, claim);
    }
    for (const worker of this.#excess(share)) void this.#handBack(worker);
  }

  /** The latest that came, of those that another node could run. */
  #excess(share: number): LaneWorker[] {
    const workers = [...this.#workers.values()];
    const count = workers.length - share;
    return count > 0 ? workers.filter(({ claim }) => claim.movable).slice(-count) : [];
  }

  #open(key: string, claim: LaneClaim): void {
    const { handlers, lanes, tail, log, database, metrics, logger } = this.#options;
    const handler = handlers.find((candidate) => candidate.name === claim.handler);
    if (!handler) return;
    const types = handler.events.map((definition) => definition.type);
    const worker = new LaneWorker({
      claim,
      lane: this.#laneOf(handler),
      feed: new LaneFeed(tail, log, types, claim.lane, lanes.get(handler.name) ?? handler.lanes),
      tail,
      database,
      metrics,
      logger,
      downMs: LOOK_AGAIN_MS,
    });
    this.#workers.set(key, worker);
    worker.start();
  }

  #laneOf(handler: Handler): TransactionalLane | ExternalLane {
    const { database, node, catalogue, reader, config } = this.#options;
    const policy = {
      maxAttempts: config.maxAttempts,
      baseMs: config.retryBaseMs,
      maxMs: config.retryMaxMs,
      ...handler.retry,
    };
    const holdsLease = (): boolean => performance.now() - this.#provenAt < config.leaseMs;
    const deps: LaneDeps = { database, node, leaseMs: config.leaseMs, holdsLease, catalogue, reader, policy };
    return handler.kind === 'EXTERNAL'
      ? new ExternalLane({ ...deps, policies: this.#policies }, handler)
      : new TransactionalLane(deps, handler);
  }

  async #handBack(worker: LaneWorker): Promise<void> {
    const cut = setTimeout(() => worker.lose('The stop took too long.'), STOP_GRACE_MS);
    await worker.stop();
    clearTimeout(cut);
    try {
      await this.#leases.release(worker.claim);
    } catch (error) {
      // The lease runs out by itself.
      this.#options.logger.debug({ err: error }, 'Could not hand a lane back');
    }
  }

  #loseAll(reason: string): void {
    for (const worker of this.#workers.values()) worker.lose(reason);
    this.#workers.clear();
  }
}

function concurrencyOf(handlers: readonly Handler[], dependency: string): number {
  const declared = handlers.flatMap((handler) =>
    handler.kind === 'EXTERNAL' && handler.dependency === dependency ? handler.concurrency : [],
  );
  return Math.max(DEPENDENCY_CONCURRENCY, ...declared);
}

/** With the epoch: a lane lost and taken again is another hold of it. */
function keyOf(claim: LaneClaim): string {
  return `${claim.handler}/${claim.lane}/${claim.epoch}`;
}
