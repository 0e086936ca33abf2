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
/** After a look that found something, as a multiple of what it took: under load it takes a fifth of a connection's time. */
const REST_FACTOR = 4;
const MAX_REST_MS = 10;
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
 * Turns committed rows into ordered, announced events. A loop: number what is committed, read it into the node's tail,
 * tell other nodes. It runs when a commit of this process or a hint of another wakes it, and now and then by itself,
 * so that nothing depends on a wake-up arriving. While commits come in quick succession it rests between two looks and
 * takes many at once: a look costs the database the same for one event as for a hundred.
 */
export class Relay implements AsyncDisposable {
  readonly #options: RelayOptions;
  readonly #stop = new AbortController();
  #wakeUp = new AbortController();
  #awake = true;
  #announced = 0;
  #running: Promise<void> | null = null;
  #failures = 0;
  #isTold = true;
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

  /** Look now. Cheap, never throws, may be called any number of times. */
  wake(): void {
    this.#isTold = true;
    this.#look();
  }

  onHint(hint: Hint): void {
    if (hint.node === this.#options.node) return;
    if (this.#suspicion && hint.head >= this.#suspicion.head) this.#suspicion = null;
    if (hint.head > this.#options.tail.head) this.wake();
  }

  onReconnect(): void {
    this.#look();
  }

  /** From now on no hint may come: the pause under way was meant to be ended by one. */
  onDisconnect(): void {
    this.#look();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    this.#wakeUp.abort();
    await this.#running;
  }

  #look(): void {
    this.#awake = true;
    this.#wakeUp.abort();
  }

  async #run(): Promise<void> {
    let pause = this.#options.pollMinMs;
    while (!this.#stop.signal.aborted) {
      this.#awake = false;
      const startedAt = performance.now();
      const round = await this.#round();
      if (round === 'busy') pause = this.#options.pollMinMs;
      else pause = Math.min(pause * 2, this.#ceiling());
      if (round === 'busy') await this.#rest((performance.now() - startedAt) * REST_FACTOR);
      if (round === 'locked') await this.#sleep(LOCKED_RETRY_MS);
      else if (round === 'failed') await this.#sleep(Math.min(50 * 2 ** this.#failures, 2_000) * (0.5 + Math.random()));
      else await this.#sleep(pause);
    }
  }

  async #round(): Promise<'busy' | 'idle' | 'locked' | 'failed'> {
    const { sequencer, tail, logger } = this.#options;
    const isTold = this.#isTold;
    this.#isTold = false;
    try {
      const tick = await sequencer.tick();
      if (tick.more) this.#awake = true;
      const before = tail.head;
      if (tick.acquired && tick.head < before) this.#wentBack.resolve();
      if (!tick.acquired || tick.head > before) await tail.advance();
      if (tick.numbered > 0) this.#announce(tick.head);
      else if (!isTold) this.#noteFound(tail.head - before);
      // Another node is at it: what we were told of may come with the next look.
      if (!tick.acquired) this.#isTold ||= isTold;
      this.#failures = 0;
      if (!tick.acquired) return 'locked';
      return tail.head > before ? 'busy' : 'idle';
    } catch (error) {
      if (this.#failures++ === 0 && !this.#stop.signal.aborted) {
        logger.error({ err: error }, 'The relay cannot reach the log; retrying');
      }
      return 'failed';
    }
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
  async #rest(milliseconds: number): Promise<void> {
    const pause = Math.min(milliseconds, MAX_REST_MS);
    await delay(pause, undefined, { signal: this.#stop.signal, ref: false }).catch(() => undefined);
  }

  async #sleep(milliseconds: number): Promise<void> {
    if (this.#awake || this.#stop.signal.aborted) return;
    this.#wakeUp = new AbortController();
    // A wake-up ends the pause early: the abort is the message, not a failure.
    await delay(milliseconds, undefined, { signal: this.#wakeUp.signal, ref: false }).catch(() => undefined);
  }
}
