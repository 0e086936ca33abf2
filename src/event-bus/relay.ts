import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { leaveTransactionScope } from '../database/open-transaction.ts';
import type { Sequencer } from '../event-store/sequencer.ts';
import type { Hint, HintBus } from './hint-bus.ts';
import type { LogTail } from './log-tail.ts';

interface RelayOptions {
  readonly node: string;
  readonly sequencer: Sequencer;
  readonly tail: LogTail;
  readonly hints: () => HintBus;
  readonly logger: Logger;
  readonly pollMinMs: number;
  readonly pollMaxMs: number;
}

/** Between two looks while another node holds the sequencer lock: it holds it for a millisecond or two. */
const LOCKED_RETRY_MS = 2;
/** Between two looks while hints may be lost. */
const UNHEALTHY_POLL_MS = 200;
/**
 * After a look that found something, as multiples of what it took: by what each event found adds, and at most. So under
 * load a look has many events and a fifth of a connection's time, and few events hardly wait.
 */
const REST_PER_EVENT = 0.5;
const MAX_REST = 4;
const MAX_REST_MS = 10;
/** So much longer for each event found, at most: where thousands come in a second each write carries several. */
const REST_MS_PER_EVENT = 0.1;
const MOST_REST_MS = 40;
/** How much later than what it tells of a hint may come before it counts as missed. */
const HINT_DELAY_MS = 1_000;

/** What was found without a hint, since hints may be lost. */
export interface Repairs {
  readonly gaps: number;
  /** Events of other nodes that no hint told of. */
  readonly events: number;
}

interface Suspicion {
  readonly head: number;
  readonly events: number;
  readonly since: number;
}

/**
 * What the relay was told of since it last looked: nothing, positions that another node gave, or commits that may have no
 * position yet. Whoever is told of more need not be told of less.
 */
const NOTHING = 0;
const POSITIONS = 1;
const COMMITS = 2;
type Told = typeof NOTHING | typeof POSITIONS | typeof COMMITS;

/** How a look went: `found` events, or none for one of the reasons. */
interface Round {
  readonly outcome: 'done' | 'locked' | 'failed';
  readonly found: number;
  readonly told: Told;
}

/**
 * Turns committed rows into ordered, announced events. A loop: number what is committed, read it into the node's tail,
 * tell other nodes. It runs when a commit of this process or a hint of another wakes it, and now and then by itself,
 * so that nothing depends on a wake-up arriving. What another node has numbered it only reads. While commits come in quick succession it rests between two looks and
 * takes many at once: a look costs the database the same for one event as for a hundred.
 */
export class Relay implements AsyncDisposable {
  readonly #options: RelayOptions;
  readonly #stop = new AbortController();
  #wakeUp = (): void => undefined;
  #awake = true;
  #announced = 0;
  #running: Promise<void> | null = null;
  #failures = 0;
  #told: Told = COMMITS;
  /** When it last looked for commits without a position, by `performance.now()`. */
  #numberedAt = Number.NEGATIVE_INFINITY;
  #suspicion: Suspicion | null = null;
  #repairs: Repairs = { gaps: 0, events: 0 };
  readonly #wentBack = Promise.withResolvers<void>();

  constructor(options: RelayOptions) {
    this.#options = options;
  }

  /** Whether the last round succeeded. */
  get healthy(): boolean {
    return this.#failures === 0;
  }

  /**
   * Resolves when the log turns out to end before what this node has read of it, as after a restore. Whatever the process
   * remembers is about another history then: it has to start anew.
   */
  get wentBack(): Promise<void> {
    return this.#wentBack.promise;
  }

  /** What this node found by looking that a hint should have told, since it started. */
  get repairs(): Repairs {
    return this.#repairs;
  }

  start(): void {
    // A loop started by a command would inherit its transaction; it must not.
    this.#running ??= leaveTransactionScope(() => this.#run());
  }

  /** Look for what was committed. Cheap, never throws, may be called any number of times. */
  wake(): void {
    this.#look(COMMITS);
  }

  onHint(hint: Hint): void {
    if (hint.node === this.#options.node) return;
    if (this.#suspicion && hint.head >= this.#suspicion.head) this.#suspicion = null;
    if (hint.head > this.#options.tail.head) this.#look(POSITIONS);
  }

  onReconnect(): void {
    this.#look(NOTHING);
  }

  /** From now on no hint may come: the pause under way was meant to be ended by one. */
  onDisconnect(): void {
    this.#look(NOTHING);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    this.#wakeUp();
    await this.#running;
  }

  #look(told: Told): void {
    this.#note(told);
    this.#awake = true;
    this.#wakeUp();
  }

  #note(told: Told): void {
    if (told > this.#told) this.#told = told;
  }

  async #run(): Promise<void> {
    let pause = this.#options.pollMinMs;
    while (!this.#stop.signal.aborted) {
      this.#awake = false;
      const startedAt = performance.now();
      const { outcome, found, told } = await this.#round();
      // Whoever finds what nobody told of had better look again soon; else there will be a wake-up for what comes.
      const next = found > 0 && told === NOTHING ? this.#options.pollMinMs : pause * 2;
      pause = Math.min(next, this.#ceiling());
      if (outcome === 'locked') await this.#sleep(LOCKED_RETRY_MS);
      else if (outcome === 'failed')
        await this.#sleep(Math.min(50 * 2 ** this.#failures, 2_000) * (0.5 + Math.random()));
      else {
        if (found > 0) await this.#rest(found, performance.now() - startedAt);
        await this.#sleep(pause);
      }
    }
  }

  async #round(): Promise<Round> {
    const { logger, tail } = this.#options;
    const told = this.#told;
    this.#told = NOTHING;
    const before = tail.head;
    try {
      const isRead = told === POSITIONS && performance.now() - this.#numberedAt < this.#ceiling();
      if (isRead) await tail.advance();
      const isDone = isRead || (await this.#number(told));
      this.#failures = 0;
      // Another node is at it: what we were told of may come with the next look.
      if (!isDone) this.#note(told);
      return { outcome: isDone ? 'done' : 'locked', found: tail.head - before, told };
    } catch (error) {
      if (this.#failures++ === 0 && !this.#stop.signal.aborted) {
        logger.error({ err: error }, 'The relay cannot reach the log; retrying');
      }
      this.#note(told);
      return { outcome: 'failed', found: 0, told };
    }
  }

  /** False while another node is at it. */
  async #number(told: Told): Promise<boolean> {
    const { sequencer, tail } = this.#options;
    const page = tail.nextPage;
    const before = page.after;
    const tick = await sequencer.tick(page);
    if (tick.acquired) this.#numberedAt = performance.now();
    if (tick.more) this.#awake = true;
    if (tick.acquired && tick.head < before) this.#wentBack.resolve();
    else await tail.take(page, tick.rows);
    if (tick.numbered > 0) this.#announce(tick.head);
    else if (told === NOTHING) this.#noteFound(tail.head - before);
    return tick.acquired;
  }

  /** A hint may only be late, so that it is waited for before these count as missed. */
  #noteFound(events: number): void {
    const now = performance.now();
    if (this.#suspicion && now - this.#suspicion.since > HINT_DELAY_MS) {
      this.#repairs = { gaps: this.#repairs.gaps + 1, events: this.#repairs.events + this.#suspicion.events };
      this.#suspicion = null;
    }
    if (events === 0) return;
    const { since = now, events: before = 0 } = this.#suspicion ?? {};
    this.#suspicion = { head: this.#options.tail.head, events: before + events, since };
  }

  #announce(head: number): void {
    if (head <= this.#announced) return;
    this.#announced = head;
    this.#options.hints().publish({ head, node: this.#options.node });
  }

  #ceiling(): number {
    const { pollMaxMs, hints } = this.#options;
    return hints().healthy ? pollMaxMs : Math.min(UNHEALTHY_POLL_MS, pollMaxMs);
  }

  /** Longer than a wake-up, shorter than anybody notices. */
  async #rest(found: number, tookMs: number): Promise<void> {
    const most = Math.min(Math.max(MAX_REST_MS, found * REST_MS_PER_EVENT), MOST_REST_MS);
    await delay(Math.min(tookMs * Math.min(found * REST_PER_EVENT, MAX_REST), most));
  }

  /** A wake-up ends it early. */
  async #sleep(milliseconds: number): Promise<void> {
    if (this.#awake || this.#stop.signal.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wakeUp = resolve;
    const timer = setTimeout(resolve, milliseconds).unref();
    await promise;
    clearTimeout(timer);
  }
}
