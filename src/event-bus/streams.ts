import { RequestError } from '../errors.ts';
import { encodeCursor } from '../event-store/cursor.ts';
import type { StoredEvent } from '../event-store/domain-event.ts';
import type { LogPage } from '../event-store/log-query.ts';
import type { EventLog } from '../event-store/read-events.ts';
import type { AggregateWatch } from './aggregate-watch.ts';
import { CatchUpTurns } from './catch-up-turns.ts';
import type { LogTail } from './log-tail.ts';
import type { StreamHub } from './stream-hub.ts';

interface StreamsOptions {
  readonly tail: LogTail;
  readonly log: EventLog;
  readonly hub: StreamHub;
  readonly watch: AggregateWatch;
  readonly fetchKeys: (events: readonly StoredEvent[]) => Promise<void>;
  /** How long a client that is waited for may come no closer to the end of the log. */
  readonly lagMs: number;
}

/** Pages read at once by all the streams of a node that are far behind; others need the connections too. */
const CONCURRENT_READS = 3;

/** What the event streams of one node share. */
export class Streams {
  readonly tail: LogTail;
  readonly hub: StreamHub;
  readonly watch: AggregateWatch;
  readonly lagMs: number;
  readonly turns = new CatchUpTurns();
  /** Fetches the keys of what is sealed in these events, so that a rendering finds them remembered. */
  readonly fetchKeys: (events: readonly StoredEvent[]) => Promise<void>;
  readonly #log: EventLog;
  #reading = 0;
  readonly #queue: (() => void)[] = [];

  constructor({ tail, log, hub, watch, fetchKeys, lagMs }: StreamsOptions) {
    this.fetchKeys = fetchKeys;
    this.tail = tail;
    this.hub = hub;
    this.watch = watch;
    this.lagMs = lagMs;
    this.#log = log;
  }

  /** In turn: each waiting stream has one place in the queue. */
  async readLog(page: LogPage): Promise<StoredEvent[]> {
    await this.#takeTurn();
    try {
      return await this.#log.read(page);
    } finally {
      const next = this.#queue.shift();
      if (next) next();
      else this.#reading--;
    }
  }

  async #takeTurn(): Promise<void> {
    if (this.#reading < CONCURRENT_READS) {
      this.#reading++;
      return;
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#queue.push(resolve);
    await promise;
  }

  /** @throws RequestError CURSOR_IN_FUTURE or CURSOR_EXPIRED, with the nearest place to resume from. */
  async checkResumable(after: number): Promise<void> {
    if (this.tail.since(after, 1)?.length) return;
    const { head, first } = await this.#log.bounds();
    if (after > Math.max(head, this.tail.head)) {
      throw new RequestError('CURSOR_IN_FUTURE', 'The cursor lies beyond the end of the log.', {
        resumeAfter: encodeCursor(head),
      });
    }
    refuseExpired(after, first);
  }

  /** @throws RequestError CURSOR_EXPIRED when events after this position are no longer kept. */
  async checkKept(after: number): Promise<void> {
    const { first } = await this.#log.bounds();
    refuseExpired(after, first);
  }
}

function refuseExpired(after: number, first: number): void {
  if (after >= first - 1) return;
  throw new RequestError('CURSOR_EXPIRED', 'The events after this cursor are no longer kept.', {
    resumeAfter: encodeCursor(first - 1),
  });
}
