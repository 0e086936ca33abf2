import type { StoredEvent } from '../event-store/domain-event.ts';
import type { EventLog, EventRow } from '../event-store/read-events.ts';
import type { PageAfter } from '../event-store/sequencer.ts';
import { AdvancingPosition } from './advancing-position.ts';

interface TailOptions {
  /** Events kept in memory. */
  readonly capacity: number;
  /** Events read at a time. */
  readonly batch: number;
  /** Told of every event before the head says that it is there; must neither throw nor wait. */
  readonly onRead?: (events: readonly StoredEvent[]) => void;
}

/**
 * The newest events of the log, in memory, once per node: one reader feeds all subscribers.
 *
 * Positions are dense, so the ring is a contiguous run of the log that ends at `head`. Subscribers do not get a queue:
 * each keeps its own position and takes what stands behind it. Whoever falls out of the ring reads the log instead, so
 * a slow subscriber costs one number.
 */
export class LogTail {
  readonly #log: EventLog;
  readonly #capacity: number;
  readonly #batch: number;
  readonly #onRead: (events: readonly StoredEvent[]) => void;
  readonly #head = new AdvancingPosition();
  #ring: StoredEvent[] = [];
  #advancing: Promise<void> | null = null;

  constructor(log: EventLog, options: TailOptions) {
    this.#log = log;
    this.#capacity = options.capacity;
    this.#batch = options.batch;
    this.#onRead = options.onRead ?? (() => undefined);
  }

  /** The position of the newest event this node has read; every event up to it is in the log. */
  get head(): number {
    return this.#head.value;
  }

  /** How many wait for the next event. */
  get waiting(): number {
    return this.#head.waiting;
  }

  async start(): Promise<void> {
    this.#head.advance((await this.#log.bounds()).head);
  }

  /** Reads on until the log holds no more. Calls at the same time share one read. */
  advance(): Promise<void> {
    this.#advancing ??= this.#readOn().finally(() => {
      this.#advancing = null;
    });
    return this.#advancing;
  }

  /** What it would read next. */
  get nextPage(): PageAfter {
    return { after: this.head, limit: this.#batch };
  }

  /** Takes what somebody else has read, who asked for `page`, and reads on if that was not all. */
  async take(page: PageAfter, rows: readonly EventRow[]): Promise<void> {
    const isNext = page.after === this.head && !this.#advancing;
    if (isNext) this.#append(this.#log.eventsOf(rows));
    if (!isNext || rows.length === page.limit) await this.advance();
  }

  /** The events right after `position`, at most `limit`; null when the ring no longer reaches back that far. */
  since(position: number, limit: number): readonly StoredEvent[] | null {
    const behind = this.head - position;
    if (behind <= 0) return [];
    if (behind > this.#ring.length) return null;
    const start = this.#ring.length - behind;
    return this.#ring.slice(start, start + limit);
  }

  /** Resolves when the head is above `position`, or when `signal` aborts. */
  async waitBeyond(position: number, signal: AbortSignal): Promise<void> {
    await this.#head.waitBeyond(position, signal);
  }

  async #readOn(): Promise<void> {
    for (;;) {
      const events = await this.#log.read({ after: this.head, limit: this.#batch });
      this.#append(events);
      if (events.length < this.#batch) return;
    }
  }

  #append(events: readonly StoredEvent[]): void {
    for (const [index, event] of events.entries()) {
      if (event.position !== this.head + 1 + index) {
        throw new Error(`The log is not dense: position ${event.position} follows ${this.head + index}.`);
      }
    }
    this.#onRead(events);
    this.#ring.push(...events);
    // Trimmed in steps: cutting one element per event would move the whole array each time.
    if (this.#ring.length > this.#capacity * 2) this.#ring = this.#ring.slice(-this.#capacity);
    this.#head.advance(this.head + events.length);
  }
}
