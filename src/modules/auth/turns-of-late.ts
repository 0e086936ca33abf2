/**
 * Counts per key, of the last period and the one that is running; what is older is forgotten. Holds a bounded number of
 * keys: when a period has too many, the next one begins early.
 */
export class TurnsOfLate {
  readonly #periodMs: number;
  readonly #maxKeys: number;
  readonly #now: () => number;
  #current = new Map<string, number>();
  #last = new Map<string, number>();
  #beganAt: number;

  /** `maxKeys` of one period; twice as many are kept. `now` in milliseconds. */
  constructor({ periodMs, maxKeys, now }: { periodMs: number; maxKeys: number; now: () => number }) {
    this.#periodMs = periodMs;
    this.#maxKeys = maxKeys;
    this.#now = now;
    this.#beganAt = now();
  }

  of(key: string): number {
    this.#turnPages();
    return (this.#current.get(key) ?? 0) + (this.#last.get(key) ?? 0);
  }

  count(key: string): void {
    this.#turnPages();
    if (this.#current.size >= this.#maxKeys && !this.#current.has(key)) this.#begin();
    this.#current.set(key, (this.#current.get(key) ?? 0) + 1);
  }

  #turnPages(): void {
    const passed = this.#now() - this.#beganAt;
    if (passed < this.#periodMs) return;
    this.#begin();
    if (passed >= 2 * this.#periodMs) this.#last = new Map();
  }

  #begin(): void {
    this.#last = this.#current;
    this.#current = new Map();
    this.#beganAt = this.#now();
  }
}
