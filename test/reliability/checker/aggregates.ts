import type { LoggedEvent } from './history.ts';

const FAILED_COMMAND = /^(BULK_)?(CREATE|UPDATE|DELETE)_FAILED$/;

/** Says only that a command failed: recorded apart from it, under an id that no entity has. */
export function tellsOfFailure({ type }: Pick<LoggedEvent, 'type'>): boolean {
  return FAILED_COMMAND.test(type);
}

export function nameOf(aggregate: { readonly aggregateType: string; readonly aggregateId: string }): string {
  return `${aggregate.aggregateType} ${aggregate.aggregateId}`;
}

/** By aggregate, in the order of the log; an event that the log holds twice counts once. */
export function streamsOf(log: readonly LoggedEvent[]): Map<string, LoggedEvent[]> {
  return Map.groupBy(uniqueEvents(log), nameOf);
}

export function uniqueEvents(log: readonly LoggedEvent[]): LoggedEvent[] {
  const seen = new Set<string>();
  return log.filter(({ id }) => !seen.has(id) && seen.add(id));
}

export function deletedAggregates(log: readonly LoggedEvent[]): Set<string> {
  return new Set(log.filter(({ type }) => type.endsWith('_DELETED')).map(nameOf));
}
