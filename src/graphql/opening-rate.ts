/** Whose openings are counted at once; beyond it the one counted longest ago is forgotten. Some 2 MB. */
const MAX_KEYS = 20_000;

interface OpeningRateOptions {
  readonly perSecond: number;
  /** At once, by who has opened none for a while. */
  readonly burst: number;
}

/**
 * How fast each of many opens connections: so many a second on average, and more at once after a time without any.
 *
 * Of each only the time is kept at which all that it opened is made up for; from then on it is as one never seen, and is
 * forgotten. What is refused costs it nothing.
 */
export class OpeningRate {
  readonly #intervalMs: number;
  readonly #burstMs: number;
  /** Those counted longest ago first. */
  readonly #madeUpAt = new Map<string, number>();

  constructor({ perSecond, burst }: OpeningRateOptions) {
    this.#intervalMs = 1000 / perSecond;
    this.#burstMs = burst * this.#intervalMs;
  }

  get size(): number {
    return this.#madeUpAt.size;
  }

  /** Counts one, unless it is one too many. Returns the milliseconds until the next may be opened; 0 when it was counted. */
  count(key: string, now: number): number {
    const madeUpAt = Math.max(this.#madeUpAt.get(key) ?? now, now) + this.#intervalMs;
    const excessMs = madeUpAt - now - this.#burstMs;
    // Less than this is what adding fractions lost.
    if (excessMs > 1e-3) return excessMs;
    this.#madeUpAt.delete(key);
    this.#madeUpAt.set(key, madeUpAt);
    this.#forget(now);
    return 0;
  }

  #forget(now: number): void {
    for (const [key, madeUpAt] of this.#madeUpAt) {
      if (madeUpAt > now && this.#madeUpAt.size <= MAX_KEYS) break;
      this.#madeUpAt.delete(key);
    }
  }
}
