/**
 * For each tag the position of the newest event that touched it, as far as this node has read the log. Bounded: what is
 * forgotten counts as touched by the newest event that was forgotten, so that forgetting makes misses, never old answers.
 */
export class TagPositions {
  /** Oldest first. */
  readonly #positions = new Map<string, number>();
  readonly #maxTags: number;
  #floor: number;

  /** `start`: nothing is known about events up to there. */
  constructor(start: number, maxTags: number) {
    this.#floor = start;
    this.#maxTags = maxTags;
  }

  /** Positions never go back. */
  touch(tags: readonly string[], position: number): void {
    for (const tag of tags) {
      this.#positions.delete(tag);
      this.#positions.set(tag, position);
    }
    for (const [tag, oldest] of this.#positions) {
      if (this.#positions.size <= this.#maxTags) break;
      this.#positions.delete(tag);
      this.#floor = oldest;
    }
  }

  touchAll(position: number): void {
    this.#positions.clear();
    this.#floor = position;
  }

  /** An answer about these tags is good when it was read at this position or later. */
  newestOf(tags: readonly string[]): number {
    return tags.reduce((newest, tag) => Math.max(newest, this.#positions.get(tag) ?? this.#floor), 0);
  }
}
