import { v7 } from 'uuid';
import type { StoredEvent } from '../event-store/domain-event.ts';
import { runInEventContext } from '../event-store/event-context.ts';
import { EventLog } from '../event-store/read-events.ts';
import { CompletionWriter } from './completion-writer.ts';
import type { EffectResult, ExternalHandler } from './define-handler.ts';
import { DependencyDownError, type DependencyPolicies } from './dependency-policies.ts';
import { complete, intend, type Intent } from './effect-ledger.ts';
import { isInfrastructureFailure } from './infrastructure-failure.ts';
import { type LaneClaim, LaneLostError } from './lane.ts';
import type { LaneBatch } from './lane-feed.ts';
import { advanceLane, countFailure, inLane } from './lane-transaction.ts';
import { aggregateKey, blockedAggregates, dueEvents, parkBehind, parkFailed, unpark } from './parked-events.ts';
import { type LaneDeps, loadParked } from './transactional-lane.ts';
import { withinTime } from './within-time.ts';

interface ExternalDeps extends LaneDeps {
  readonly policies: DependencyPolicies;
}

/** An effect to do, and what to undo of its parking when it is done. */
interface Task extends Intent {
  /** Failures so far, when the event comes from the parking place. */
  readonly parkedAttempts: number | null;
}

/**
 * A lane of a handler that acts outside. Under the lease: write the intents of a batch, act outside any transaction,
 * mark each effect done as soon as it is, then move the checkpoint. Events of one aggregate go one after the other,
 * those of different aggregates at once.
 *
 * A crash leaves intents whose outcome is unknown: the next holder asks the handler, or repeats with the same dedupe key.
 */
export class ExternalLane {
  readonly #deps: ExternalDeps;
  readonly #handler: ExternalHandler;

  constructor(deps: ExternalDeps, handler: ExternalHandler) {
    this.#deps = deps;
    this.#handler = handler;
  }

  get limit(): number {
    return this.#handler.batchSize;
  }

  /** Returns the position reached. @throws DependencyDownError with the checkpoint where it was. */
  async handle(claim: LaneClaim, batch: LaneBatch, signal: AbortSignal): Promise<number> {
    if (batch.events.length > 0) {
      const tasks = await inLane(this.#deps, claim, async ({ sql, position, hasParked }) => {
        const events = batch.events.filter((event) => event.position > position);
        // Also after a crash in the middle of this batch: what it parked then must not run ahead of its turn now.
        const blocked = hasParked ? await blockedAggregates(sql, claim) : new Set<string>();
        await parkBehind(
          sql,
          claim,
          events.filter((event) => blocked.has(aggregateKey(event))),
        );
        const free = events.filter((event) => !blocked.has(aggregateKey(event)));
        return this.#intend(
          sql,
          claim,
          free.map((event) => ({ event, parkedAttempts: null })),
        );
      });
      await this.#act(claim, tasks, signal);
    }
    await inLane(this.#deps, claim, ({ sql }) => advanceLane(sql, claim, batch.upTo, []));
    return batch.upTo;
  }

  /** Tries the parked events whose time has come; false when none is due. */
  async retryDue(claim: LaneClaim, signal: AbortSignal): Promise<boolean> {
    const tasks = await inLane(this.#deps, claim, async ({ sql }) => {
      const due = await dueEvents(sql, claim, this.#handler.concurrency);
      const log = new EventLog(sql, this.#deps.catalogue);
      const events: { event: StoredEvent; parkedAttempts: number }[] = [];
      for (const parked of due) events.push({ event: await loadParked(log, parked), parkedAttempts: parked.attempts });
      const tasks = await this.#intend(sql, claim, events);
      // Done already, by a holder that died before it took the event out of the parking place.
      for (const { event } of events) {
        if (!tasks.some((task) => task.event.id === event.id)) await unpark(sql, claim.handler, event.position);
      }
      return due.length > 0 ? tasks : null;
    });
    if (!tasks) return false;
    await this.#act(claim, tasks, signal);
    return true;
  }

  async #intend(
    sql: Parameters<typeof intend>[0],
    claim: LaneClaim,
    events: readonly { readonly event: StoredEvent; readonly parkedAttempts: number | null }[],
  ): Promise<Task[]> {
    const effects = events.map(({ event }) => ({ event, dedupeKey: this.#handler.dedupeKey(event as never) }));
    const parked = new Map(events.map(({ event, parkedAttempts }) => [event.id, parkedAttempts]));
    const intents = await intend(sql, claim, effects);
    return intents.map((intent) => ({ ...intent, parkedAttempts: parked.get(intent.event.id) ?? null }));
  }

  /** Runs the tasks, at most `concurrency` aggregates at once; stops all at the first sign that the lane or the dependency is gone. */
  async #act(claim: LaneClaim, tasks: readonly Task[], outer: AbortSignal): Promise<void> {
    const queues = [...Map.groupBy(tasks, (task) => aggregateKey(task.event)).values()];
    const stop = new AbortController();
    const signal = AbortSignal.any([outer, stop.signal]);
    const writer = new CompletionWriter(this.#deps, claim);
    const worker = async (): Promise<void> => {
      for (let queue = queues.shift(); queue && !signal.aborted; queue = queues.shift()) {
        await this.#drain(claim, queue, writer, signal);
      }
    };
    const workers = Array.from({ length: Math.min(this.#handler.concurrency, queues.length) }, () =>
      worker().catch((error: unknown) => {
        stop.abort(error);
        throw error;
      }),
    );
    const results = await Promise.allSettled(workers);
    outer.throwIfAborted();
    if (stop.signal.aborted) throw stop.signal.reason;
    const failed = results.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
  }

  /** The events of one aggregate in order; the first that fails is parked and the rest behind it. */
  async #drain(claim: LaneClaim, queue: readonly Task[], writer: CompletionWriter, signal: AbortSignal): Promise<void> {
    for (const [index, task] of queue.entries()) {
      signal.throwIfAborted();
      if (!this.#deps.holdsLease()) throw new LaneLostError('The lease may be over.');
      try {
        const result = await this.#attempt(task, signal);
        await this.#finish(claim, task, result, writer);
      } catch (error) {
        if (signal.aborted || error instanceof LaneLostError || error instanceof DependencyDownError) throw error;
        if (isInfrastructureFailure(error)) throw error;
        await this.#park(claim, task, queue.slice(index + 1), error);
        return;
      }
    }
  }

  async #attempt(task: Task, outer: AbortSignal): Promise<EffectResult> {
    const { event, dedupeKey, attempt } = task;
    if (attempt > 1 && (await this.#handler.wasDone?.(event, dedupeKey))) return undefined;
    return this.#deps.policies.run(this.#handler.dependency, () =>
      withinTime(this.#handler.timeoutMs, outer, (signal) =>
        this.#handler.handle(event as never, { dedupeKey, attempt, signal }),
      ),
    );
  }

  async #finish(claim: LaneClaim, task: Task, result: EffectResult, writer: CompletionWriter): Promise<void> {
    const { event, parkedAttempts } = task;
    if (!result?.complete && parkedAttempts === null) return writer.done(event);
    const { correlationId, ipAddress, userAgent } = event.metadata;
    const metadata = { userId: null, correlationId, causationId: event.id, ipAddress, userAgent };
    await runInEventContext({ commandId: v7(), metadata, recorded: [] }, () =>
      inLane(this.#deps, claim, async ({ em, sql }) => {
        await result?.complete?.({ em });
        await em.flush();
        await complete(sql, claim, [event]);
        await advanceLane(sql, claim, 0, [event]);
        if (parkedAttempts !== null) await unpark(sql, claim.handler, event.position);
      }),
    );
  }

  async #park(claim: LaneClaim, task: Task, behind: readonly Task[], error: unknown): Promise<void> {
    await inLane(this.#deps, claim, async ({ sql }) => {
      const attempts = (task.parkedAttempts ?? 0) + 1;
      await parkFailed(sql, claim, task.event, { error, attempts, policy: this.#deps.policy });
      await countFailure(sql, claim, task.event.type);
      await parkBehind(
        sql,
        claim,
        behind.map(({ event }) => event),
      );
    });
  }
}
