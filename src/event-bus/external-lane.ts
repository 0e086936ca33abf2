import type { Sql } from '../database/sql.ts';
import type { StoredEvent } from '../event-store/domain-event.ts';
import { metadataBehind, runInEventContext } from '../event-store/event-context.ts';
import { newCommandId } from '../event-store/event-id.ts';
import { EventLog } from '../event-store/read-events.ts';
import { CompletionWriter } from './completion-writer.ts';
import type { EffectResult, ExternalHandler } from './define-handler.ts';
import { DependencyDownError, type DependencyPolicies, TrialFailedError } from './dependency-policies.ts';
import { complete, intend, type Intent, withoutDone } from './effect-ledger.ts';
import { isDatabaseFailure, isInfrastructureFailure } from './infrastructure-failure.ts';
import { type LaneClaim, LaneLostError, type LaneSignals } from './lane.ts';
import type { LaneBatch } from './lane-feed.ts';
import { advanceLane, countFailure, type HeldLane, inLane } from './lane-transaction.ts';
import { aggregateKey, dueEvents, parkBehind, parkFailed, partBlocked, unpark } from './parked-events.ts';
import { inSpan } from '../tracing.ts';
import { type LaneDeps, loadParked, spanOf } from './transactional-lane.ts';
import { withinTime } from './within-time.ts';

interface ExternalDeps extends LaneDeps {
  readonly policies: DependencyPolicies;
}

/** An effect to do, and what to undo of its parking when it is done. */
interface Task extends Intent {
  /** Failures so far, when the event comes from the parking place. */
  readonly parkedAttempts: number | null;
}

/** One pass over the tasks of a batch. */
interface Run {
  readonly claim: LaneClaim;
  readonly writer: CompletionWriter;
  /** Cuts calls under way. */
  readonly signal: AbortSignal;
  readonly mayBegin: () => boolean;
}

const NEVER = Number.POSITIVE_INFINITY;

/**
 * A lane of a handler that acts outside. Under the lease: write the intents of a batch, act outside any transaction,
 * mark each effect done as soon as it is, then move the checkpoint. Events of one aggregate go one after the other,
 * those of different aggregates at once.
 *
 * A crash leaves intents whose outcome is unknown: the next holder asks the handler, or repeats with the same dedupe key.
 *
 * While the dependency is down one attempt now and then sees whether it is back. That one counts as a failure of its
 * event and moves it to the end of the queue, so that another has its turn next, but an outage alone gives none up.
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

  /**
   * Returns the position reached: that of the claim when it was told to wind down before the end.
   *
   * @throws DependencyDownError with the checkpoint where it was.
   */
  async handle(claim: LaneClaim, batch: LaneBatch, signals: LaneSignals): Promise<number> {
    if (batch.events.length > 0) {
      this.#refuseWhileDown();
      const tasks = await inLane(this.#deps, claim, ({ sql, position, hasParked }) =>
        this.#prepare(
          sql,
          claim,
          batch.events.filter((event) => event.position > position),
          hasParked,
        ),
      );
      const writer = new CompletionWriter(this.#deps, claim, { effects: tasks.length, upTo: batch.upTo });
      if (!(await this.#act(claim, tasks, writer, signals))) return claim.position;
      if (tasks.length > 0 && writer.reachedEnd) return batch.upTo;
    }
    await inLane(this.#deps, claim, ({ em }) => advanceLane(em, claim, batch.upTo, []), { evenPaused: true });
    return batch.upTo;
  }

  /** Tries the parked events whose time has come; false when none is due. */
  async retryDue(claim: LaneClaim, signals: LaneSignals): Promise<boolean> {
    this.#refuseWhileDown();
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
    await this.#act(claim, tasks, new CompletionWriter(this.#deps, claim), signals);
    return true;
  }

  /** Before anything is written: while the dependency is down the same batch comes again and again. */
  #refuseWhileDown(): void {
    const { dependency } = this.#handler;
    if (this.#deps.policies.refuses(dependency)) throw new DependencyDownError(`${dependency} is down.`);
  }

  async #prepare(sql: Sql, claim: LaneClaim, events: readonly StoredEvent[], hasParked: boolean): Promise<Task[]> {
    const { blocked, free } = hasParked ? await partBlocked(sql, claim, events) : { blocked: [], free: events };
    // This batch may come a second time, after a crash or an outage in its middle. What it parked then must not run ahead
    // of its turn now; but what it did then must not be parked: nothing would ever take it out again.
    await parkBehind(sql, claim, await withoutDone(sql, claim, blocked));
    return this.#intend(
      sql,
      claim,
      free.map((event) => ({ event, parkedAttempts: null })),
    );
  }

  async #intend(
    sql: Sql,
    claim: LaneClaim,
    events: readonly { readonly event: StoredEvent; readonly parkedAttempts: number | null }[],
  ): Promise<Task[]> {
    const effects = events.map(({ event }) => ({ event, dedupeKey: this.#handler.dedupeKey(event as never) }));
    const parked = new Map(events.map(({ event, parkedAttempts }) => [event.id, parkedAttempts]));
    const intents = await intend(sql, claim, effects);
    return intents.map((intent) => ({ ...intent, parkedAttempts: parked.get(intent.event.id) ?? null }));
  }

  /**
   * Runs the tasks, at most `concurrency` aggregates at once; answers whether all were done or parked. When the dependency
   * or the database is gone, or it shall wind down, it begins nothing more but lets what is under way end: a call cut
   * off would be repeated. Only when the lane is lost are the calls cut.
   */
  async #act(
    claim: LaneClaim,
    tasks: readonly Task[],
    writer: CompletionWriter,
    { lost, windDown }: LaneSignals,
  ): Promise<boolean> {
    const queues = [...Map.groupBy(tasks, (task) => aggregateKey(task.event)).values()];
    const halt = new AbortController();
    const cut = new AbortController();
    const run: Run = {
      claim,
      writer,
      signal: AbortSignal.any([lost, cut.signal]),
      mayBegin: () => !lost.aborted && !windDown.aborted && !halt.signal.aborted,
    };
    let isComplete = true;
    const worker = async (): Promise<void> => {
      try {
        for (let queue = queues.shift(); queue; queue = queues.shift()) {
          if (!(await this.#drain(run, queue))) isComplete = false;
        }
      } catch (error) {
        halt.abort(error);
        if (error instanceof LaneLostError) cut.abort(error);
      }
    };
    await Promise.all(Array.from({ length: Math.min(this.#handler.concurrency, queues.length) }, worker));
    lost.throwIfAborted();
    halt.signal.throwIfAborted();
    return isComplete;
  }

  /** The events of one aggregate in order; the first that fails is parked and the rest behind it. False: not all begun. */
  async #drain(run: Run, queue: readonly Task[]): Promise<boolean> {
    for (const [index, task] of queue.entries()) {
      if (!run.mayBegin()) return false;
      if (!this.#deps.holdsLease()) throw new LaneLostError('The lease may be over.');
      const failure = await this.#try(run, task);
      if (!failure) continue;
      const { error, isFinal = true } = failure;
      await this.#park(run, task, queue.slice(index + 1), error, isFinal ? this.#deps.policy.maxAttempts : NEVER);
      if (!isFinal) throw new DependencyDownError('A trial failed.', { cause: error });
      return true;
    }
    return true;
  }

  /** Does one effect; answers what failed of it. @throws what says nothing about the effect. */
  async #try(run: Run, task: Task): Promise<{ readonly error: unknown; readonly isFinal?: boolean } | null> {
    let result: EffectResult;
    try {
      result = await this.#attempt(task, run.signal);
    } catch (error) {
      if (error instanceof TrialFailedError) return { error: error.cause, isFinal: false };
      if (run.signal.aborted || error instanceof LaneLostError) throw error;
      if (error instanceof DependencyDownError || isDatabaseFailure(error)) throw error;
      return { error };
    }
    try {
      await this.#finish(run, task, result);
      return null;
    } catch (error) {
      if (run.signal.aborted || error instanceof LaneLostError || isInfrastructureFailure(error)) throw error;
      return { error };
    }
  }

  async #attempt(task: Task, outer: AbortSignal): Promise<EffectResult> {
    const { event, dedupeKey, attempt } = task;
    const { dependency, timeoutMs } = this.#handler;
    const { reader, database } = this.#deps;
    return this.#deps.policies.run(dependency, event.id, () =>
      withinTime(timeoutMs, outer, async (signal) => {
        const [readable = event] = await reader.forHandler(database.sql, [event], this.#handler.decrypts);
        const earlier = attempt > 1 && (await this.#handler.wasDone?.(readable, dedupeKey));
        if (earlier) return earlier === true ? undefined : earlier;
        signal.throwIfAborted();
        return inSpan(`handle ${this.#handler.name}`, spanOf([event]), () =>
          this.#handler.handle(readable, { dedupeKey, attempt, signal }),
        );
      }),
    );
  }

  async #finish({ claim, writer }: Run, task: Task, result: EffectResult): Promise<void> {
    const { event, parkedAttempts } = task;
    if (!result?.complete && parkedAttempts === null) return writer.done(event);
    const metadata = metadataBehind(event.metadata.correlationId, event.id);
    const finish = async ({ em, sql }: HeldLane): Promise<void> => {
      const marked = await complete(sql, claim, [event]);
      if (marked.length > 0) await result?.complete?.({ em });
      await em.flush();
      await advanceLane(em, claim, 0, marked);
      if (parkedAttempts !== null) await unpark(sql, claim.handler, event.position);
    };
    await runInEventContext({ commandId: newCommandId(), metadata, recorded: [] }, () =>
      inLane(this.#deps, claim, finish, { evenPaused: true }),
    );
  }

  /** @param maxAttempts with NEVER the failure counts as one more, but is not the one that gives the event up. */
  async #park({ claim }: Run, task: Task, behind: readonly Task[], error: unknown, maxAttempts: number): Promise<void> {
    const { policy } = this.#deps;
    const attempts = (task.parkedAttempts ?? 0) + 1;
    const counted = maxAttempts === NEVER ? Math.min(attempts, policy.maxAttempts - 1) : attempts;
    const park = async ({ sql }: HeldLane): Promise<void> => {
      const opened = await this.#deps.reader.openedTexts(sql, task.event, this.#handler.decrypts);
      await parkFailed(sql, claim, task.event, {
        error,
        opened,
        attempts: counted,
        policy: { ...policy, maxAttempts },
      });
      await countFailure(sql, claim, task.event.type);
      await parkBehind(
        sql,
        claim,
        behind.map(({ event }) => event),
      );
    };
    await inLane(this.#deps, claim, park, { evenPaused: true });
  }
}
