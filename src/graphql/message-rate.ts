/** How fast one socket is read: so many messages a second on average, and as many at once. */
export class MessageRate {
  readonly #perSecond: number;
  #allowance: number;
  #countedAt: number;

  constructor(perSecond: number, now: number) {
    this.#perSecond = perSecond;
    this.#allowance = perSecond;
    this.#countedAt = now;
  }

  /** Counts one message. Returns the milliseconds for which no other should be read; mostly 0. */
  count(now: number): number {
    const earned = ((now - this.#countedAt) / 1000) * this.#perSecond;
    this.#allowance = Math.min(this.#perSecond, this.#allowance + earned) - 1;
    this.#countedAt = now;
    return this.#allowance >= 0 ? 0 : (-this.#allowance / this.#perSecond) * 1000;
  }
}
