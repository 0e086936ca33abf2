import type { StoredEvent } from '../event-store/domain-event.ts';
import type { EventFilter } from '../event-store/event-filter.ts';

/** What a filter can ask of an event. */
interface Condition {
  /** The values that the filter accepts; undefined when it accepts any. */
  readonly accepted: (filter: EventFilter) => readonly string[] | undefined;
  readonly valueOf: (event: StoredEvent) => string | null;
}

const EVERY = [''];
const NONE: readonly never[] = [];

/** The most telling first. */
const CONDITIONS: readonly Condition[] = [
  { accepted: ({ aggregateId }) => alone(aggregateId), valueOf: ({ aggregateId }) => aggregateId },
  { accepted: ({ correlationId }) => alone(correlationId), valueOf: ({ metadata }) => metadata.correlationId },
  { accepted: ({ subjectId }) => alone(subjectId), valueOf: ({ subjectId }) => subjectId },
  { accepted: ({ userId }) => alone(userId), valueOf: ({ metadata }) => metadata.userId },
  { accepted: ({ types }) => types && [...new Set(types)], valueOf: ({ type }) => type },
  { accepted: ({ aggregateType }) => alone(aggregateType), valueOf: ({ aggregateType }) => aggregateType },
  { accepted: () => EVERY, valueOf: () => '' },
];

/**
 * Entries by what their filters ask for, so that an event touches only those that may want it. Each entry stands under
 * its most telling condition: a candidate still has to match the rest of its filter.
 */
export class FilterIndex<Entry> {
  /** For each condition the entries that stand there, by the value they accept. */
  readonly #entries: readonly Map<string, Set<Entry>>[] = CONDITIONS.map(() => new Map());

  add(filter: EventFilter, entry: Entry): void {
    const { at, values } = placeOf(filter);
    for (const value of values) {
      const entries = this.#entries[at]?.get(value) ?? new Set();
      this.#entries[at]?.set(value, entries.add(entry));
    }
  }

  remove(filter: EventFilter, entry: Entry): void {
    const { at, values } = placeOf(filter);
    for (const value of values) {
      const entries = this.#entries[at]?.get(value);
      entries?.delete(entry);
      if (entries?.size === 0) this.#entries[at]?.delete(value);
    }
  }

  get size(): number {
    return this.#entries.reduce((sum, { size }) => sum + size, 0);
  }

  /** Each entry at most once: an event has one value for each condition, and an entry stands under one condition. */
  candidates(event: StoredEvent): Entry[] {
    const found: Entry[] = [];
    let at = 0;
    for (const entries of this.#entries) {
      const condition = CONDITIONS[at++];
      if (entries.size === 0) continue;
      const value = condition?.valueOf(event) ?? null;
      if (value !== null) for (const entry of entries.get(value) ?? NONE) found.push(entry);
    }
    return found;
  }
}

function placeOf(filter: EventFilter): { readonly at: number; readonly values: readonly string[] } {
  for (const [at, { accepted }] of CONDITIONS.entries()) {
    const values = accepted(filter);
    if (values !== undefined) return { at, values };
  }
  return { at: CONDITIONS.length - 1, values: EVERY };
}

function alone(value: string | undefined): readonly string[] | undefined {
  return value === undefined ? undefined : [value];
}
