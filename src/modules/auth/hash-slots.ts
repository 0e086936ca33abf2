import { RequestError } from '../../errors.ts';

export interface HashSlotLimits {
  /** Tasks running at once. */
  readonly maxConcurrent: number;
  /** How long an interactive task may wait for a slot before it is refused, in milliseconds. */
  readonly maxWaitMs: number;
  /** Interactive tasks waiting at once; one more is refused immediately. */
  readonly maxWaiting: number;
  /** Background tasks waiting at once; one more is refused immediately. */
  readonly maxBackgroundWaiting: number;
}

interface Waiter {
  readonly start: () => void;
}

/**
 * A bounded number of slots for expensive work, with two bounded queues in front.
 *
 * Interactive work (a login) takes any free slot, or waits at most `maxWaitMs`. Background work (the passwords of an
 * import) takes a slot only while no interactive work waits, and always leaves one slot free where there are two or
 * more, so an import of a thousand users slows logins instead of starving them. Background work has no deadline of
 * its own: its queue is bounded, and the request that started it has a time-out.
 */
export class HashSlots {
  readonly #limits: HashSlotLimits;
  readonly #interactive = new Set<Waiter>();
  readonly #background = new Set<Waiter>();
  #running = 0;
  #runningInBackground = 0;

  constructor(limits: HashSlotLimits) {
    this.#limits = limits;
  }

  /** Runs `task` in a slot. Throws `RequestError` RATE_LIMITED when none frees up in time or the queue is full. */
  async run<T>(task: () => Promise<T>): Promise<T> {
    if (this.#running >= this.#limits.maxConcurrent) await this.#waitForSlot();
    else this.#running += 1;
    try {
      return await task();
    } finally {
      this.#running -= 1;
      this.#startNext();
    }
  }

  /** Runs `task` when interactive work leaves room. Throws `RequestError` RATE_LIMITED when the queue is full. */
  async runInBackground<T>(task: () => Promise<T>): Promise<T> {
    if (this.#backgroundHasRoom()) this.#enterBackground();
    else await this.#waitInBackground();
    try {
      return await task();
    } finally {
      this.#running -= 1;
      this.#runningInBackground -= 1;
      this.#startNext();
    }
  }

  #waitForSlot(): Promise<void> {
    const { maxWaitMs, maxWaiting } = this.#limits;
    if (this.#interactive.size >= maxWaiting) throw busy(maxWaitMs);
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        start: () => {
          clearTimeout(timer);
          this.#running += 1;
          resolve();
        },
      };
      const timer = setTimeout(() => {
        this.#interactive.delete(waiter);
        reject(busy(maxWaitMs));
      }, maxWaitMs);
      this.#interactive.add(waiter);
    });
  }

  #waitInBackground(): Promise<void> {
    if (this.#background.size >= this.#limits.maxBackgroundWaiting) throw busy(this.#limits.maxWaitMs);
    return new Promise((resolve) => {
      this.#background.add({
        start: () => {
          this.#enterBackground();
          resolve();
        },
      });
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

  /**
   * Starts whoever may run now: interactive work first, so it waits only while every slot is taken. A Set keeps
   * insertion order, so its first member has waited longest.
   */
  #startNext(): void {
    while (this.#running < this.#limits.maxConcurrent) {
      const [next] = this.#interactive;
      if (next === undefined) break;
      this.#interactive.delete(next);
      next.start();
    }
    while (this.#backgroundHasRoom()) {
      const [next] = this.#background;
      if (next === undefined) break;
      this.#background.delete(next);
      next.start();
    }
  }
}

function busy(retryAfterMs: number): RequestError {
  return new RequestError('RATE_LIMITED', 'Too many sign-ins are being checked just now. Please try again.', {
    retryAfterMs,
  });
}
