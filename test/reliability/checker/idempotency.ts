import type { AnsweredEvent, History, LoggedEvent, Write } from './history.ts';
import { answersOf, wasRefused } from './write-outcome.ts';

/** C5: one answer and one set of events for each idempotency key, however often it was sent. */
export function repeatedWrites({ writes, log }: History): string[] {
  const byCorrelation = Map.groupBy(log, ({ correlationId }) => correlationId);
  return writes.flatMap((write) => {
    const [first, ...others] = answersOf(write);
    if (first === undefined) return [];
    const faults: string[] = [];
    if (wasRefused(write)) faults.push(`The key ${write.key} was both acknowledged and refused.`);
    if (others.some((other) => asText(other) !== asText(first))) {
      faults.push(`The key ${write.key} was answered in two ways: ${[first, ...others].map(asText).join(' / ')}.`);
    }
    return [...faults, ...runTwice(write, first, byCorrelation.get(write.correlationId) ?? [])];
  });
}

function asText(events: readonly AnsweredEvent[]): string {
  return events.map(({ id, version }) => `${id}@${version}`).join(' ');
}

/** What handlers recorded because of the write carries its correlation too, but is of other types. */
function runTwice({ key }: Write, answered: readonly AnsweredEvent[], logged: readonly LoggedEvent[]): string[] {
  const ids = new Set(answered.map(({ id }) => id));
  const types = new Set(answered.map(({ type }) => type));
  return logged
    .filter(({ id, type }) => types.has(type) && !ids.has(id))
    .map(({ id, type }) => `${type} ${id} is of the key ${key}, whose answer does not name it.`);
}
