import { RequestError } from '../../errors.ts';
import { TurnsOfLate } from './turns-of-late.ts';

export interface HashSlotLimits {
  /** Tasks running at once. */
  readonly maxConcurrent: number;
  /** How long an interactive task may wait for a slot before it is refused, in milliseconds. */
  readonly maxWaitMs: number;
  /** Interactive tasks waiting at once; one more costs the one with the least claim its place. */
  readonly maxWaiting: number;
  /** Background tasks waiting at once; one more is refused immediately. */
  readonly maxBackgroundWaiting: number;
}

/** By what an interactive task may ask for a turn before others. */
export interface Claim {
  /** Whose turns are counted together: a client's network, an account where it is known. At most 100 characters. */
  readonly from: string;
  /** Somebody who has proved of late who they are goes before strangers, for the first turns they take. */
  readonly isKnown: boolean;
}

interface Waiter {
  readonly claim: Claim;
  readonly start: () => void;
  readonly refuse: () => void;
}

/** What `isKnown` is worth: so many turns of late. */
const HEAD_START = 10;
const TURNS_PERIOD_MS = 5 * 60_000;
const MAX_COUNTED_KEYS = 20_000;
/** Weight of the newest duration in the mean. */
const NEWEST = 0.2;

/**
 * A bounded number of slots for expensive work, with two bounded queues in front.
 *
 * Interactive work (a login) takes any free slot, or waits at most `maxWaitMs`. Who waits longest is not who goes first,
 * but who has had the fewest turns of late: an address that asks again and again is behind everybody else, in the queue
 * and for a place in it, so it cannot keep them out. The queue holds no more than can have their turn in time, by how
 * long tasks took of late: the others are refused at once, instead of at the end of a wait that was vain from the start.
 *
 * Background work (the passwords of an import) takes a slot only while no interactive work waits, and always leaves one
 * slot free where there are two or more, so an import of a thousand users slows logins instead of starving them.
 * Background work has no deadline of its own: its queue is bounded, and the request that started it has a time-out.
 */
export class HashSlots {
  readonly #limits: HashSlotLimits;
  readonly #now: () => number;
  readonly #turns: TurnsOfLate;
  /** In their order of arrival. */
  readonly #interactive = new Set<Waiter>();
  readonly #background = new Set<() => void>();
  #running = 0;
  #runningInBackground = 0;
  /** How long a task holds its slot: a moving mean. */
  #heldMs: number;

  /** `expectedMs` is how long a task takes, as a first guess; `now` a monotonic clock in milliseconds. */
  constructor(limits: HashSlotLimits, expectedMs: number, now: () => number = () => performance.now()) {
    this.#limits = limits;
    this.#heldMs = expectedMs;
    this.#now = now;
    this.#turns = new TurnsOfLate({ periodMs: TURNS_PERIOD_MS, maxKeys: MAX_COUNTED_KEYS, now });
  }

  /** Tasks that hold a slot. */
  get running(): number {
    return this.#running;
  }

  /** By what those claim a turn who wait for one, in their order of arrival; without background work. */
  get waiting(): readonly Claim[] {
    return [...this.#interactive].map(({ claim }) => claim);
  }

  /** Runs `task` in a slot. Throws `RequestError` RATE_LIMITED when none frees up in time or the queue is full. */
  async run<T>(claim: Claim, task: () => Promise<T>): Promise<T> {
    if (this.#running >= this.#limits.maxConcurrent) await this.#waitForSlot(claim);
    else this.#enter(claim);
    return await this.#hold(task, () => (this.#running -= 1));
  }

  /** Runs `task` when interactive work leaves room. Throws `RequestError` RATE_LIMITED when the queue is full. */
  async runInBackground<T>(task: () => Promise<T>): Promise<T> {
    if (this.#backgroundHasRoom()) this.#enterBackground();
    else await this.#waitInBackground();
    return await this.#hold(task, () => {
      this.#running -= 1;
      this.#runningInBackground -= 1;
    });
  }

  async #hold<T>(task: () => Promise<T>, leave: () => void): Promise<T> {
    const since = this.#now();
    try {
      return await task();
    } finally {
      this.#heldMs += NEWEST * (this.#now() - since - this.#heldMs);
      leave();
      this.#startNext();
    }
  }

  #waitForSlot(claim: Claim): Promise<void> {
    const { maxWaitMs } = this.#limits;
    return new Promise((resolve, reject) => {
      const stopWaiting = (): void => {
        clearTimeout(timer);
        this.#interactive.delete(waiter);
      };
      const waiter: Waiter = {
        claim,
        start: () => {
          stopWaiting();
          this.#enter(claim);
          resolve();
        },
        refuse: () => {
          stopWaiting();
          reject(busy(maxWaitMs));
        },
      };
      const timer = setTimeout(waiter.refuse, maxWaitMs);
      this.#interactive.add(waiter);
      if (this.#interactive.size > this.#places()) this.#inOrderOfTurns().at(-1)?.refuse();
    });
  }

  /** How many may wait: who comes to their turn within `maxWaitMs`, tasks taking as long as they did of late. */
  #places(): number {
    const { maxConcurrent, maxWaitMs, maxWaiting } = this.#limits;
    // Half a task is left of the one that ends next, on average.
    const inTime = Math.floor((maxWaitMs * maxConcurrent) / Math.max(this.#heldMs, 0.1) + 0.5);
    return Math.min(maxWaiting, Math.max(1, inTime));
  }

  /** Those who wait as they would get their turns: fewest turns of late first, those waiting before them included. */
  #inOrderOfTurns(): Waiter[] {
    const ahead = new Map<string, number>();
    const ranked = [...this.#interactive].map((waiter) => {
      const { from, isKnown } = waiter.claim;
      const turns = ahead.get(from) ?? this.#turns.of(from);
      ahead.set(from, turns + 1);
      return { waiter, rank: isKnown ? turns - HEAD_START : turns };
    });
    // Sorting is stable: with as many turns, who came first is first.
    return ranked.toSorted((one, other) => one.rank - other.rank).map(({ waiter }) => waiter);
  }

  #enter({ from }: Claim): void {
    this.#running += 1;
    this.#turns.count(from);
  }

  #waitInBackground(): Promise<void> {
    if (this.#background.size >= this.#limits.maxBackgroundWaiting) throw busy(this.#limits.maxWaitMs);
    return new Promise((resolve) => {
      const start = (): void => {
        this.#background.delete(start);
        this.#enterBackground();
        resolve();
      };
      this.#background.add(start);
    });
  }

  #enterBackground(): void {
    this.#running += 1;
    this.#runningInBackground += 1;
  }

  #backgroundHasRoom(): boolean {
    const { maxConcurrent } = this.#limits;
    const share = Math.max(1, maxConcurrent - 1);
    return this.#running < maxConcurrent && this.#runningInBackground < share;
  }

  /** Starts whoever may run now: interactive work first, so it waits only while every slot is taken. */
  #startNext(): void {
    while (this.#running < this.#limits.maxConcurrent && this.#interactive.size > 0) this.#inOrderOfTurns()[0]?.start();
    while (this.#backgroundHasRoom()) {
      // A Set keeps insertion order, so its first member has waited longest.
      const [next] = this.#background;
      if (next === undefined) break;
      next();
    }
  }
}

function busy(retryAfterMs: number): RequestError {
  return new RequestError('RATE_LIMITED', 'Too many sign-ins are being checked just now. Please try again.', {
    retryAfterMs,
  });
}
