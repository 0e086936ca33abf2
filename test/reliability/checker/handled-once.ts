import { deletedAggregates, nameOf, uniqueEvents } from './aggregates.ts';
import type { Duty, Effect, History } from './history.ts';

/** C7: each handler has, for each event it is for, exactly one effect or one dead letter; and none for any other. */
export function handlingFaults(history: History): string[] {
  return history.duties.flatMap((duty) => faultsOf(duty, history));
}

function faultsOf(duty: Duty, { log, effects, deadLetters }: History): string[] {
  const { handler, types, untilDeleted } = duty;
  const events = uniqueEvents(log).filter(({ type }) => types.includes(type));
  const deleted = untilDeleted ? deletedAggregates(log) : new Set<string>();
  const done = countByEvent(effects, handler);
  const dead = countByEvent(deadLetters, handler);
  const known = new Set(events.map(({ id }) => id));
  const foreign = [...done.keys()].filter((id) => !known.has(id)).map((id) => `${handler} handled ${id}, not its own.`);
  const wrong = events.flatMap((event) => {
    const count = (done.get(event.id) ?? 0) + (dead.get(event.id) ?? 0);
    if (count === 1 || (count === 0 && deleted.has(nameOf(event)))) return [];
    return [`${handler} has handled ${event.type} ${event.id} ${count} times.`];
  });
  return [...foreign, ...wrong];
}

function countByEvent(effects: readonly Effect[], handler: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const effect of effects) {
    if (effect.handler === handler) counts.set(effect.eventId, (counts.get(effect.eventId) ?? 0) + 1);
  }
  return counts;
}
