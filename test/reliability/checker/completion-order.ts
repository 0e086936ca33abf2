import { nameOf } from './aggregates.ts';
import type { History } from './history.ts';

/** C8: a handler completes the events of one aggregate in the order of their versions. */
export function completionFaults({ log, effects, deadLetters }: History): string[] {
  const events = new Map(log.map((event) => [event.id, event]));
  // An administrator may have a dead letter handled later.
  const late = new Set(deadLetters.map(({ handler, eventId }) => `${handler} ${eventId}`));
  const last = new Map<string, number>();
  return effects.flatMap(({ handler, eventId }) => {
    const event = events.get(eventId);
    if (event === undefined || late.has(`${handler} ${eventId}`)) return [];
    const place = `${handler}, ${nameOf(event)}`;
    const before = last.get(place) ?? 0;
    last.set(place, Math.max(before, event.version));
    return event.version < before ? [`${place}: version ${event.version} was completed after ${before}.`] : [];
  });
}
