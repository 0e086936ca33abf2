import type { Logger } from 'pino';
import { leaveTransactionScope } from '../../database/open-transaction.ts';
import type { Sql } from '../../database/sql.ts';
import type { LogTail } from '../../event-bus/log-tail.ts';
import { isNews } from './notices.ts';
import { newestNumber, readRecipients } from './notification.repository.ts';

/** After an event that makes notifications, the first look; then ever later until something came. */
const SHORTEST_PAUSE_MS = 10;
/** Looked at least this often, whatever the log says. */
const LONGEST_PAUSE_MS = 1_000;
const PAGE = 1_000;

/** One live subscriber. It holds two flags, no queue: what there is to read stands in the store. */
export class InboxListener implements Disposable {
  readonly personId: string;
  readonly #leave: (listener: InboxListener) => void;
  #flagged = true;
  #accountChanged = false;
  #wake = (): void => undefined;

  constructor(personId: string, leave: (listener: InboxListener) => void) {
    this.personId = personId;
    this.#leave = leave;
  }

  /** Something may have come, or happened to the person's account or sessions. */
  flag(accountChanged: boolean): void {
    this.#flagged = true;
    this.#accountChanged ||= accountChanged;
    this.#wake();
  }

  /** Takes the flags down, before looking; true when the person's account or sessions may have changed. */
  take(): boolean {
    const accountChanged = this.#accountChanged;
    this.#flagged = false;
    this.#accountChanged = false;
    return accountChanged;
  }

  /** Resolves when a flag is up, or when `signal` aborts. */
  async wait(signal: AbortSignal): Promise<void> {
    if (this.#flagged || signal.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const wake = (): void => resolve();
    this.#wake = wake;
    signal.addEventListener('abort', wake, { once: true });
    try {
      await promise;
    } finally {
      signal.removeEventListener('abort', wake);
    }
  }

  [Symbol.dispose](): void {
    this.#leave(this);
  }
}

/**
 * Tells the live subscribers of this node when to look into their inboxes; one reader for all of them, which runs while
 * there are any.
 *
 * The handler that fills the inboxes may run on another node, so nothing of this process can say when it is done. What
 * every node has is the tail of the log: an event that makes notifications says that some are about to appear, and
 * from then on the table is looked at in growing steps. Its numbers become visible in ascending order, so "behind the
 * last one seen" misses none.
 */
export class InboxFeed implements AsyncDisposable {
  readonly #sql: Sql;
  readonly #tail: LogTail;
  readonly #logger: Logger;
  readonly #listeners = new Map<string, Set<InboxListener>>();
  #stopped = false;
  #nap = new AbortController();
  #running: Promise<void> | null = null;
  #position = 0;
  #newest = '0';
  #failing = false;

  constructor(sql: Sql, tail: LogTail, logger: Logger) {
    this.#sql = sql;
    this.#tail = tail;
    this.#logger = logger;
  }

  /** Dispose of the listener when the subscription ends. */
  listen(personId: string): InboxListener {
    const listener = new InboxListener(personId, (left) => this.#remove(left));
    const listeners = this.#listeners.get(personId) ?? new Set();
    this.#listeners.set(personId, listeners.add(listener));
    this.#start();
    return listener;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped = true;
    this.#nap.abort();
    await this.#running;
  }

  #remove(listener: InboxListener): void {
    const listeners = this.#listeners.get(listener.personId);
    listeners?.delete(listener);
    if (listeners?.size === 0) this.#listeners.delete(listener.personId);
  }

  #start(): void {
    if (this.#stopped || this.#running || this.#listeners.size === 0) return;
    this.#running = leaveTransactionScope(() => this.#run()).finally(() => {
      this.#running = null;
      // Whoever came while the reader was ending.
      this.#start();
    });
  }

  async #run(): Promise<void> {
    this.#position = this.#tail.head;
    let isPlaced = false;
    let pause = SHORTEST_PAUSE_MS;
    let lookAt = performance.now();
    while (!this.#stopped && this.#listeners.size > 0) {
      if (this.#readLog()) {
        pause = SHORTEST_PAUSE_MS;
        lookAt = Math.min(lookAt, performance.now() + pause);
      }
      if (performance.now() >= lookAt) {
        const found: boolean = isPlaced
          ? await this.#attempt(() => this.#look())
          : await this.#attempt(() => this.#place());
        isPlaced ||= found;
        pause = found ? SHORTEST_PAUSE_MS : Math.min(pause * 2, LONGEST_PAUSE_MS);
        lookAt = performance.now() + pause;
      }
      await this.#sleep(lookAt - performance.now());
    }
  }

  /** Takes in the new part of the log; true when it makes notifications. */
  #readLog(): boolean {
    const { head } = this.#tail;
    const events = this.#tail.since(this.#position, head - this.#position);
    this.#position = head;
    if (events === null) {
      this.#flagAll(true);
      return true;
    }
    let expectsNews = false;
    for (const event of events) {
      if (isNews(event.type)) expectsNews = true;
      if (event.aggregateType === 'User') this.#flag(event.aggregateId, true);
    }
    return expectsNews;
  }

  /** Begins at the present end. Whoever listens already looks once more, for it may have looked before. */
  async #place(): Promise<boolean> {
    this.#newest = await newestNumber(this.#sql);
    this.#flagAll(false);
    return true;
  }

  /** Flags whoever got something; false when nobody did. */
  async #look(): Promise<boolean> {
    let found = false;
    for (;;) {
      const rows: readonly { number: string; recipientId: string }[] = await readRecipients(
        this.#sql,
        this.#newest,
        PAGE,
      );
      for (const row of rows) this.#flag(row.recipientId, false);
      this.#newest = rows.at(-1)?.number ?? this.#newest;
      found ||= rows.length > 0;
      if (rows.length < PAGE) return found;
    }
  }

  async #attempt(look: () => Promise<boolean>): Promise<boolean> {
    try {
      const found = await look();
      this.#failing = false;
      return found;
    } catch (error) {
      if (!this.#failing) this.#logger.warn({ err: error }, 'The inboxes cannot be read; retrying');
      this.#failing = true;
      return false;
    }
  }

  #flag(personId: string, accountChanged: boolean): void {
    for (const listener of this.#listeners.get(personId) ?? []) listener.flag(accountChanged);
  }

  #flagAll(accountChanged: boolean): void {
    for (const personId of this.#listeners.keys()) this.#flag(personId, accountChanged);
  }

  /** Until the log goes on, the time is over, or the feed is stopped. */
  async #sleep(milliseconds: number): Promise<void> {
    if (this.#stopped || milliseconds <= 0) return;
    this.#nap = new AbortController();
    const timer = setTimeout(() => this.#nap.abort(), milliseconds);
    timer.unref();
    try {
      await this.#tail.waitBeyond(this.#position, this.#nap.signal);
    } finally {
      clearTimeout(timer);
    }
  }
}

declare module '../../graphql/context.ts' {
  interface ModuleServices {
    readonly inboxFeed: InboxFeed;
  }
}
