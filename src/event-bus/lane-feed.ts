import type { StoredEvent } from '../event-store/domain-event.ts';
import type { EventLog } from '../event-store/read-events.ts';
import type { LogTail } from './log-tail.ts';
import { laneOf } from './lane-hash.ts';

export interface LaneBatch {
  readonly events: readonly StoredEvent[];
  /** Every matching event of the lane up to here is in `events` or before them. */
  readonly upTo: number;
}

/** Positions looked at in memory at a time, so that a handler of rare events does not block the process. */
const SCAN = 5_000;
/** The same in the log, in one statement: a lane that is very far behind and finds nothing still gets on. */
const WALK = 50_000;

/** The events of one lane in log order: from the node's tail in memory, or from the log when the lane is far behind. */
export class LaneFeed {
  readonly #tail: LogTail;
  readonly #log: EventLog;
  readonly #types: ReadonlySet<string>;
  readonly #index: number;
  readonly #lanes: number;
  #ahead: { readonly after: number; readonly limit: number; readonly batch: Promise<LaneBatch> } | null = null;

  constructor(tail: LogTail, log: EventLog, types: readonly string[], index: number, lanes: number) {
    this.#tail = tail;
    this.#log = log;
    this.#types = new Set(types);
    this.#index = index;
    this.#lanes = lanes;
  }

  async next(after: number, limit: number): Promise<LaneBatch> {
    const recent = this.#tail.since(after, SCAN);
    return recent ? this.#fromMemory(recent, after, limit) : this.#fromLog(after, limit);
  }

  #fromMemory(recent: readonly StoredEvent[], after: number, limit: number): LaneBatch {
    const events: StoredEvent[] = [];
    let upTo = after;
    for (const event of recent) {
      if (this.#types.has(event.type) && laneOf(event.aggregateType, event.aggregateId, this.#lanes) === this.#index) {
        if (events.length === limit) break;
        events.push(event);
      }
      upTo = event.position;
    }
    return { events, upTo };
  }

  /** Whoever is far behind comes back for the next batch when this one is handled: it is read meanwhile. */
  async #fromLog(after: number, limit: number): Promise<LaneBatch> {
    const ahead = this.#ahead;
    this.#ahead = null;
    const batch = await (ahead?.after === after && ahead.limit === limit ? ahead.batch : this.#readLog(after, limit));
    if (batch.events.length === limit) {
      const next = this.#readLog(batch.upTo, limit);
      // Nobody may ever ask for it; who does gets the error.
      next.catch(() => undefined);
      this.#ahead = { after: batch.upTo, limit, batch: next };
    }
    return batch;
  }

  async #readLog(after: number, limit: number): Promise<LaneBatch> {
    const upTo = Math.min(this.#tail.head, after + WALK);
    const events = await this.#log.read({
      filter: { types: [...this.#types] },
      after,
      before: upTo + 1,
      walk: true,
      limit,
      ...(this.#lanes > 1 ? { lane: { index: this.#index, lanes: this.#lanes } } : {}),
    });
    return { events, upTo: events.length < limit ? upTo : (events.at(-1)?.position ?? upTo) };
  }
}
