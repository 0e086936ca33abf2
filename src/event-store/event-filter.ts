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

/** Whether it lets every event through. */
export function isUnrestricted(filter: EventFilter): boolean {
  return Object.values(filter).every((value) => value === undefined);
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

/** That a key of the ledger, `event_position p`, has a value: each has an index in which the log order follows the key. */
export interface KeyCondition {
  readonly column: string;
  /** An expression of the parameters. */
  readonly value: string;
}

export interface FilterConditions {
  /** The key that occurs least often first. Keys are hashes, so they may let too much through. */
  readonly ledger: readonly KeyCondition[];
  /** On `event e`: exact. */
  readonly event: readonly string[];
}

/** The filter as SQL, except for `types`; pushes its values to `parameters`. */
export function filterConditions(filter: EventFilter, parameters: unknown[]): FilterConditions {
  const ledger: KeyCondition[] = [];
  const event: string[] = [];
  const place = (value: unknown): string => `$${parameters.push(value)}`;
  if (filter.aggregateType !== undefined) event.push(`e.aggregate_type = ${place(filter.aggregateType)}`);
  const keyed = [
    ['correlation_key', `e.metadata->>'correlationId'`, filter.correlationId],
    ['aggregate_key', 'e.aggregate_id', filter.aggregateId],
    ['subject_key', 'e.subject_id::text', filter.subjectId],
    ['actor_key', `e.metadata->>'userId'`, filter.userId],
  ] as const;
  for (const [key, column, value] of keyed) {
    if (value === undefined) continue;
    const at = `${place(value)}::text`;
    ledger.push({ column: `p.${key}`, value: `event_key(${at})` });
    event.push(`${column} = ${at}`);
  }
  if (filter.from) event.push(`e.id >= ${place(eventIdFloor(filter.from.getTime()))}::uuid`);
  if (filter.to) event.push(`e.id < ${place(eventIdFloor(filter.to.getTime() + 1))}::uuid`);
  return { ledger, event };
}
