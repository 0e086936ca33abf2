import type { StoredEvent } from './domain-event.ts';
import { eventIdFloor } from './event-id.ts';

/** Which events someone asks for. Absent and empty-handed fields do not restrict; an empty list of types matches nothing. */
export interface EventFilter {
  readonly types?: readonly string[];
  readonly aggregateType?: string;
  readonly aggregateId?: string;
  /** Who acted. */
  readonly userId?: string;
  readonly correlationId?: string;
  readonly from?: Date;
  /** Inclusive. */
  readonly to?: Date;
  /** Authorization: only events about this person. Set by the policy, never by a client. */
  readonly subjectId?: string;
}

/** The filter as a predicate on an event in memory. Agrees with `filterConditions`. */
export function matchesFilter(filter: EventFilter): (event: StoredEvent) => boolean {
  const types = filter.types && new Set(filter.types);
  const from = filter.from && eventIdFloor(filter.from.getTime());
  const before = filter.to && eventIdFloor(filter.to.getTime() + 1);
  return (event) =>
    (!types || types.has(event.type)) &&
    (filter.aggregateType === undefined || event.aggregateType === filter.aggregateType) &&
    (filter.aggregateId === undefined || event.aggregateId === filter.aggregateId) &&
    (filter.userId === undefined || event.metadata.userId === filter.userId) &&
    (filter.correlationId === undefined || event.metadata.correlationId === filter.correlationId) &&
    (filter.subjectId === undefined || event.subjectId === filter.subjectId) &&
    (from === undefined || event.id >= from) &&
    (before === undefined || event.id < before);
}

/** Equal for filters that let the same events through, whatever the order they were written in. */
export function filterKey(filter: EventFilter): string {
  const { types, from, to, ...rest } = filter;
  return JSON.stringify([
    types && [...new Set(types)].sort(),
    from?.getTime(),
    to?.getTime(),
    ...Object.entries(rest)
      .filter(([, value]) => value !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  ]);
}

/** The filter as SQL over `event e` and `event_position p`; pushes its values to `parameters`. */
export function filterConditions(filter: EventFilter, parameters: unknown[]): string[] {
  const conditions: string[] = [];
  const where = (condition: (place: string) => string, value: unknown): void => {
    if (value !== undefined) conditions.push(condition(`$${parameters.push(value)}`));
  };
  where((place) => `p.type = any(${place}::text[])`, filter.types && [...filter.types]);
  where((place) => `e.aggregate_type = ${place}`, filter.aggregateType);
  where((place) => `e.aggregate_id = ${place}`, filter.aggregateId);
  where((place) => `e.metadata->>'userId' = ${place}`, filter.userId);
  where((place) => `e.metadata->>'correlationId' = ${place}`, filter.correlationId);
  where((place) => `e.subject_id = ${place}::uuid`, filter.subjectId);
  where((place) => `e.id >= ${place}::uuid`, filter.from && eventIdFloor(filter.from.getTime()));
  where((place) => `e.id < ${place}::uuid`, filter.to && eventIdFloor(filter.to.getTime() + 1));
  return conditions;
}
