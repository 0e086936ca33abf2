import type { StoredEvent } from '../event-store/domain-event.ts';

/** One aggregate, or without an id every aggregate of the type. */
export interface AggregateRef {
  readonly type: string;
  readonly id?: string;
}

type Listener = () => void;

/**
 * Tells those who ask when the log has news of an aggregate. It is told while the node's tail reads, so whoever listens
 * knows before any stream of this node delivers the event.
 */
export class AggregateWatch {
  readonly #listeners = new Map<string, Set<Listener>>();

  /** `onNews` is called once per event and reference, synchronously; it must neither throw nor wait. */
  watch(aggregates: readonly AggregateRef[], onNews: Listener): Disposable {
    const keys = aggregates.map(keyOf);
    for (const key of keys) {
      const listeners = this.#listeners.get(key) ?? new Set();
      this.#listeners.set(key, listeners.add(onNews));
    }
    return { [Symbol.dispose]: () => this.#leave(keys, onNews) };
  }

  get size(): number {
    return this.#listeners.size;
  }

  see(events: readonly StoredEvent[]): void {
    if (this.#listeners.size === 0) return;
    for (const { aggregateType, aggregateId } of events) {
      this.#tell(keyOf({ type: aggregateType }));
      this.#tell(keyOf({ type: aggregateType, id: aggregateId }));
    }
  }

  #tell(key: string): void {
    const listeners = this.#listeners.get(key);
    if (listeners) for (const listener of listeners) listener();
  }

  #leave(keys: readonly string[], onNews: Listener): void {
    for (const key of keys) {
      const listeners = this.#listeners.get(key);
      listeners?.delete(onNews);
      if (listeners?.size === 0) this.#listeners.delete(key);
    }
  }
}

function keyOf({ type, id }: AggregateRef): string {
  return id === undefined ? type : `${type}/${id}`;
}
