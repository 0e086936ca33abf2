/** One place of a stream: an event under way, or the end of a stretch without any. */
interface Place {
  readonly cursor: string;
  isDone: boolean;
}

/**
 * How far a stream is done when its events are done in any order: the last place before which nothing is open.
 */
export class ContiguousProgress {
  readonly #places: Place[] = [];
  #first = 0;

  /** Places begun and not passed yet. */
  get size(): number {
    return this.#places.length - this.#first;
  }

  /** In the order of the stream. Call what it gives back when the place is done: it answers the cursor reached, if that moved. */
  begin(cursor: string): () => string | null {
    const place: Place = { cursor, isDone: false };
    this.#places.push(place);
    return () => {
      place.isDone = true;
      return this.#advance();
    };
  }

  #advance(): string | null {
    let reached: string | null = null;
    for (let place = this.#places[this.#first]; place?.isDone; place = this.#places[this.#first]) {
      reached = place.cursor;
      this.#first += 1;
    }
    // Drops what was passed now and then, so that an event costs the same however many there are.
    if (this.#first > 1000 && this.#first * 2 > this.#places.length) {
      this.#places.splice(0, this.#first);
      this.#first = 0;
    }
    return reached;
  }
}
