/**
 * One piece of catching up for each turn of the event loop, whoever it is for, and each stream in its turn: what else the
 * process has to do waits for one piece at most, whether one stream is far behind or a thousand clients come back at once.
 */
export class CatchUpTurns {
  /** In the order in which they asked: each stream stands here once at most. */
  readonly #waiting = new Set<() => void>();
  readonly #grant = (): void => {
    const [first] = this.#waiting;
    if (!first) return;
    this.#waiting.delete(first);
    first();
    if (this.#waiting.size > 0) setImmediate(this.#grant);
  };

  /** Resolves when it is the caller's turn, which lasts until the caller waits for something. */
  async next(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.add(resolve);
    if (this.#waiting.size === 1) setImmediate(this.#grant);
    await promise;
  }
}
