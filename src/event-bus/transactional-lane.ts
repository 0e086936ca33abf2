import { sqlOf } from '../database/sql.ts';
import type { StoredEvent } from '../event-store/domain-event.ts';
import { runInTransactionScope } from '../database/open-transaction.ts';
import { metadataBehind, runInEventContext } from '../event-store/event-context.ts';
import { newCommandId } from '../event-store/event-id.ts';
import type { EventCatalogue } from '../event-store/event-catalogue.ts';
import type { EventReader } from '../event-store/event-reader.ts';
import { EventLog } from '../event-store/read-events.ts';
import type { RetryPolicy, TransactionalHandler, TransactionalScope } from './define-handler.ts';
import { isInfrastructureFailure } from './infrastructure-failure.ts';
import { type LaneClaim, LaneLostError, type LaneSignals, NotNowError } from './lane.ts';
import type { LaneBatch } from './lane-feed.ts';
import { advanceLane, countFailure, type HeldLane, inLane, type LaneHold } from './lane-transaction.ts';
import { dueEvents, parkBehind, parkFailed, type ParkedEvent, partBlocked, unpark } from './parked-events.ts';
import { inSpan, type SpanOptions } from '../tracing.ts';
import { withinTime } from './within-time.ts';

export interface LaneDeps extends LaneHold {
  readonly catalogue: EventCatalogue;
  readonly reader: EventReader;
  /** By this process's own clock: false in one that was stopped for longer than a lease, before it has asked anybody. */
  readonly holdsLease: () => boolean;
  readonly policy: RetryPolicy;
}

/**
 * A lane of a handler whose effects are rows of our own database. One transaction locks the checkpoint, runs the handler
 * on a batch, moves the checkpoint and commits: exactly once, whatever dies when.
 *
 * A batch that fails is tried again at half its size, down to the one event that fails alone; that one is parked.
 */
export class TransactionalLane {
  readonly #deps: LaneDeps;
  readonly #handler: TransactionalHandler;
  #limit: number;

  constructor(deps: LaneDeps, handler: TransactionalHandler) {
    // A statement must not outlive the attempt: the rollback would wait for it.
    this.#deps = { ...deps, statementMs: handler.timeoutMs };
    this.#handler = handler;
    this.#limit = handler.batchSize;
  }

  /** How many events the next batch should hold. */
  get limit(): number {
    return this.#limit;
  }

  /** Handles a batch or, if it failed, makes the next one smaller; returns the position reached. */
  async handle(claim: LaneClaim, batch: LaneBatch, { lost: signal }: LaneSignals): Promise<number> {
    const committed: (() => void)[] = [];
    try {
      const reached = await inLane(this.#deps, claim, async (lane) => {
        const events = batch.events.filter((event) => event.position > lane.position);
        const { blocked, free } = lane.hasParked
          ? await partBlocked(lane.sql, claim, events)
          : { blocked: [], free: events };
        await parkBehind(lane.sql, claim, blocked);
        if (free.length > 0) await this.#run(free, lane, signal, committed);
        await advanceLane(lane.em, claim, batch.upTo, free);
        return batch.upTo;
      });
      this.#limit = Math.min(this.#limit * 2, this.#handler.batchSize);
      for (const tell of committed) tell();
      return reached;
    } catch (error) {
      if (signal.aborted || saysNothingOfEvents(error)) throw error;
      return this.#narrow(claim, batch, error);
    }
  }

  /** Tries one parked event whose time has come; false when none is due. */
  async retryDue(claim: LaneClaim, { lost: signal }: LaneSignals): Promise<boolean> {
    let tried: { event: StoredEvent; parked: ParkedEvent } | null = null;
    const committed: (() => void)[] = [];
    try {
      const found = await inLane(this.#deps, claim, async (lane) => {
        const [parked] = await dueEvents(lane.sql, claim, 1);
        if (!parked) return false;
        const event = await loadParked(new EventLog(lane.sql, this.#deps.catalogue), parked);
        tried = { event, parked };
        await this.#run([event], lane, signal, committed);
        await unpark(lane.sql, claim.handler, parked.position);
        await advanceLane(lane.em, claim, 0, [event]);
        return true;
      });
      for (const tell of committed) tell();
      return found;
    } catch (error) {
      if (!tried || signal.aborted || saysNothingOfEvents(error)) throw error;
      const { event, parked }: { event: StoredEvent; parked: ParkedEvent } = tried;
      await this.#park(claim, event, error, parked.attempts + 1, null);
      return true;
    }
  }

  async #narrow(claim: LaneClaim, batch: LaneBatch, error: unknown): Promise<number> {
    const [first] = batch.events;
    if (!first) throw error;
    if (batch.events.length > 1) {
      this.#limit = Math.max(1, Math.floor(batch.events.length / 2));
      return claim.position;
    }
    await this.#park(claim, first, error, 1, first.position);
    return first.position;
  }

  /** In a transaction of its own: the failed one is rolled back, so nothing of the attempt remains. */
  async #park(
    claim: LaneClaim,
    event: StoredEvent,
    error: unknown,
    attempts: number,
    upTo: number | null,
  ): Promise<void> {
    await inLane(this.#deps, claim, async ({ em, sql }) => {
      const opened = await this.#deps.reader.openedTexts(sql, event, this.#handler.decrypts);
      await parkFailed(sql, claim, event, { error, opened, attempts, policy: this.#deps.policy });
      await countFailure(sql, claim, event.type);
      if (upTo !== null) await advanceLane(em, claim, upTo, []);
    });
  }

  async #run(
    events: readonly StoredEvent[],
    lane: HeldLane,
    outer: AbortSignal,
    committed: (() => void)[],
  ): Promise<void> {
    // A fork that stays on the lane's transaction: a handler that goes on after its time is over holds a transaction that
    // has ended, and nothing it does then reaches the database.
    const em = lane.em.fork({ keepTransactionContext: true });
    const scope = (signal: AbortSignal): TransactionalScope => ({
      em,
      sql: async <Row extends object>(text: string, parameters?: readonly unknown[]) => {
        signal.throwIfAborted();
        return sqlOf(em)<Row>(text, parameters);
      },
      causedBy: (event, work) => {
        const metadata = metadataBehind(event.metadata.correlationId, event.id);
        return runInEventContext({ commandId: newCommandId(), metadata, recorded: [] }, async () => {
          const result = await work();
          await em.flush();
          return result;
        });
      },
      afterCommit: (tell) => void committed.push(tell),
      repeated: false,
    });
    const readable = await this.#deps.reader.forHandler(lane.sql, events, this.#handler.decrypts);
    await inSpan(`handle ${this.#handler.name}`, spanOf(events), () =>
      withinTime(this.#handler.timeoutMs, outer, (signal) =>
        runInTransactionScope(em, () => this.#handler.handle(readable, scope(signal))),
      ),
    );
    await em.flush();
  }
}

/** Of the handling of these events: in the trace of what recorded them. */
export function spanOf(events: readonly StoredEvent[]): SpanOptions {
  const parents = events.map(({ metadata }) => metadata.traceParent);
  return { kind: 'CONSUMER', parents, attributes: { events: events.length } };
}

function saysNothingOfEvents(error: unknown): boolean {
  return error instanceof LaneLostError || error instanceof NotNowError || isInfrastructureFailure(error);
}

export async function loadParked(log: EventLog, parked: ParkedEvent): Promise<StoredEvent> {
  const [event] = await log.readByIds([parked.eventId]);
  if (!event) throw new Error(`The parked event ${parked.eventId} is not in the log.`);
  return { ...event, position: parked.position };
}
