/**
 * The events this node has committed, or is about to, and has not yet read back from the log. What they touch is read
 * from the database meanwhile, so that a client finds its change as soon as it is acknowledged.
 *
 * Bounded: beyond the limit, which takes a log that lags by thousands of events, the oldest is forgotten.
 */
export class UnseenWrites {
  /** By event id, oldest first. */
  readonly #tags = new Map<string, readonly string[]>();
  readonly #counts = new Map<string, number>();
  readonly #maxEvents: number;

  constructor(maxEvents: number) {
    this.#maxEvents = maxEvents;
  }

  add(eventId: string, tags: readonly string[]): void {
    this.remove(eventId);
    this.#tags.set(eventId, tags);
    for (const tag of tags) this.#counts.set(tag, (this.#counts.get(tag) ?? 0) + 1);
    const [oldest] = this.#tags.keys();
    if (this.#tags.size > this.#maxEvents && oldest !== undefined) this.remove(oldest);
  }

  remove(eventId: string): void {
    const tags = this.#tags.get(eventId);
    if (!tags) return;
    this.#tags.delete(eventId);
    for (const tag of tags) {
      const count = (this.#counts.get(tag) ?? 1) - 1;
      if (count > 0) this.#counts.set(tag, count);
      else this.#counts.delete(tag);
    }
  }

  clear(): void {
    this.#tags.clear();
    this.#counts.clear();
  }

  touchAny(tags: readonly string[]): boolean {
    return this.#counts.size > 0 && tags.some((tag) => this.#counts.has(tag));
  }
}
