import type { StoredEvent } from '../event-store/domain-event.ts';
import type { EventLog } from '../event-store/read-events.ts';

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
  #ring: StoredEvent[] = [];
  #head = 0;
  #advancing: Promise<void> | null = null;
  readonly #waiting = new Set<() => void>();

  constructor(log: EventLog, options: { capacity: number; batch: number }) {
    this.#log = log;
    this.#capacity = options.capacity;
    this.#batch = options.batch;
  }

  /** The position of the newest event this node has read; every event up to it is in the log. */
  get head(): number {
    return this.#head;
  }

  /** How many streams wait for the next event. */
  get waiting(): number {
    return this.#waiting.size;
  }

  async start(): Promise<void> {
    this.#head = (await this.#log.bounds()).head;
  }

  /** Reads on until the log holds no more. Calls at the same time share one read. */
  advance(): Promise<void> {
    this.#advancing ??= this.#readOn().finally(() => {
      this.#advancing = null;
    });
    return this.#advancing;
  }

  /** The events right after `position`, at most `limit`; null when the ring no longer reaches back that far. */
  since(position: number, limit: number): readonly StoredEvent[] | null {
    const behind = this.#head - position;
    if (behind <= 0) return [];
    if (behind > this.#ring.length) return null;
    const start = this.#ring.length - behind;
    return this.#ring.slice(start, start + limit);
  }

  /** Resolves when the head is above `position`, or when `signal` aborts. */
  async waitBeyond(position: number, signal: AbortSignal): Promise<void> {
    if (this.#head > position || signal.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const wake = (): void => resolve();
    this.#waiting.add(wake);
    signal.addEventListener('abort', wake, { once: true });
    try {
      await promise;
    } finally {
      this.#waiting.delete(wake);
      signal.removeEventListener('abort', wake);
    }
  }

  async #readOn(): Promise<void> {
    for (;;) {
      const events = await this.#log.read({ after: this.#head, limit: this.#batch });
      for (const event of events) {
        if (event.position !== this.#head + 1) {
          throw new Error(`The log is not dense: position ${event.position} follows ${this.#head}.`);
        }
        this.#head = event.position;
        this.#ring.push(event);
      }
      // Trimmed in steps: cutting one element per event would move the whole array each time.
      if (this.#ring.length > this.#capacity * 2) this.#ring = this.#ring.slice(-this.#capacity);
      if (events.length > 0) this.#wakeAll();
      if (events.length < this.#batch) return;
    }
  }

  #wakeAll(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const wake of waiting) wake();
  }
}
