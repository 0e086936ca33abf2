import type { StoredEvent } from '../event-store/domain-event.ts';

/** One aggregate, or without an id every aggregate of the type. */
export interface AggregateRef {
  readonly type: string;
  readonly id?: string;
}

/** Told of which aggregate there is news. */
type Listener = (aggregateId: string) => void;

/**
 * Tells those who ask when the log has news of an aggregate. It is told while the node's tail reads, so whoever listens
 * knows before any stream of this node delivers the event.
 */
export class AggregateWatch {
  readonly #listeners = new Map<string, Set<Listener>>();

  /** `onNews` is called once per event and reference, synchronously; it must neither throw nor wait. One stay per listener. */
  watch(aggregates: readonly AggregateRef[], onNews: Listener): Disposable {
    for (const aggregate of aggregates) {
      const key = keyOf(aggregate);
      const listeners = this.#listeners.get(key) ?? new Set();
      this.#listeners.set(key, listeners.add(onNews));
    }
    return new Watching(this, aggregates, onNews);
  }

  get size(): number {
    return this.#listeners.size;
  }

  see(events: readonly StoredEvent[]): void {
    if (this.#listeners.size === 0) return;
    for (const { aggregateType, aggregateId } of events) {
      this.#tell(keyOf({ type: aggregateType }), aggregateId);
      this.#tell(keyOf({ type: aggregateType, id: aggregateId }), aggregateId);
    }
  }

  leave(aggregates: readonly AggregateRef[], onNews: Listener): void {
    for (const aggregate of aggregates) {
      const key = keyOf(aggregate);
      const listeners = this.#listeners.get(key);
      listeners?.delete(onNews);
      if (listeners?.size === 0) this.#listeners.delete(key);
    }
  }

  #tell(key: string, aggregateId: string): void {
    const listeners = this.#listeners.get(key);
    if (listeners) for (const listener of listeners) listener(aggregateId);
  }
}

/** One listener's stay, until it is disposed of. A class, since every stream holds one. */
class Watching implements Disposable {
  readonly #watch: AggregateWatch;
  readonly #aggregates: readonly AggregateRef[];
  readonly #onNews: Listener;

  constructor(watch: AggregateWatch, aggregates: readonly AggregateRef[], onNews: Listener) {
    this.#watch = watch;
    this.#aggregates = aggregates;
    this.#onNews = onNews;
  }

  [Symbol.dispose](): void {
    this.#watch.leave(this.#aggregates, this.#onNews);
  }
}

function keyOf({ type, id }: AggregateRef): string {
  return id === undefined ? type : `${type}/${id}`;
}
