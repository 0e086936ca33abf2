import type { StoredEvent } from '../event-store/domain-event.ts';
import type { EventFilter } from '../event-store/event-filter.ts';

const NONE: ReadonlySet<never> = new Set<never>();

/**
 * Entries by what their filters ask for, so that an event touches only those that may want it. Each entry stands under
 * its most telling condition: a candidate still has to match the rest of its filter.
 */
export class FilterIndex<Entry> {
  readonly #entries = new Map<string, Set<Entry>>();

  add(filter: EventFilter, entry: Entry): void {
    for (const place of placesOf(filter)) {
      const entries = this.#entries.get(place) ?? new Set();
      this.#entries.set(place, entries.add(entry));
    }
  }

  remove(filter: EventFilter, entry: Entry): void {
    for (const place of placesOf(filter)) {
      const entries = this.#entries.get(place);
      entries?.delete(entry);
      if (entries?.size === 0) this.#entries.delete(place);
    }
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Each entry at most once: an event has one value for each condition, and an entry stands under one condition. */
  *candidates(event: StoredEvent): Generator<Entry, void, undefined> {
    yield* this.#at(`aggregateId ${event.aggregateId}`);
    yield* this.#at(`correlationId ${event.metadata.correlationId}`);
    yield* this.#at(`subjectId ${event.subjectId}`);
    yield* this.#at(`userId ${event.metadata.userId}`);
    yield* this.#at(`type ${event.type}`);
    yield* this.#at(`aggregateType ${event.aggregateType}`);
    yield* this.#at('any');
  }

  #at(place: string): ReadonlySet<Entry> {
    return this.#entries.get(place) ?? NONE;
  }
}

function placesOf(filter: EventFilter): string[] {
  const { aggregateId, correlationId, subjectId, userId, types, aggregateType } = filter;
  if (aggregateId !== undefined) return [`aggregateId ${aggregateId}`];
  if (correlationId !== undefined) return [`correlationId ${correlationId}`];
  if (subjectId !== undefined) return [`subjectId ${subjectId}`];
  if (userId !== undefined) return [`userId ${userId}`];
  if (types !== undefined) return [...new Set(types)].map((type) => `type ${type}`);
  return aggregateType === undefined ? ['any'] : [`aggregateType ${aggregateType}`];
}
