/** A position that only grows, and those who wait for it to. */
export class AdvancingPosition {
  #value = 0;
  readonly #waiting = new Set<() => void>();

  get value(): number {
    return this.#value;
  }

  /** How many wait. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** Wakes whoever waits; a position that is not further changes nothing. */
  advance(position: number): void {
    if (position <= this.#value) return;
    this.#value = position;
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const wake of waiting) wake();
  }

  /** Calls `wake` once, at the next step; the returned function calls that off. */
  onNextAdvance(wake: () => void): () => void {
    this.#waiting.add(wake);
    return () => this.#waiting.delete(wake);
  }

  /** Resolves when the value is above `position`, or when `signal` aborts. */
  async waitBeyond(position: number, signal: AbortSignal): Promise<void> {
    while (this.#value <= position && !signal.aborted) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const wake = (): void => resolve();
      const callOff = this.onNextAdvance(wake);
      signal.addEventListener('abort', wake, { once: true });
      try {
        await promise;
      } finally {
        callOff();
        signal.removeEventListener('abort', wake);
      }
    }
  }
}
