import { nameOf } from './aggregates.ts';
import type { History, LoggedEvent } from './history.ts';

/** C6: one position for each event, dense; versions ascend along them; and what was once seen at a position stays there. */
export function orderFaults({ log, looks }: History): string[] {
  const placed = log.filter((event): event is LoggedEvent & { position: number } => event.position !== null);
  const waiting = log.filter(({ position }) => position === null).map(({ id }) => `${id} has no position.`);
  return [...waiting, ...placeFaults(placed), ...versionsBehindLater(placed), ...changedPlaces(placed, looks)];
}

type PlacedEvent = LoggedEvent & { readonly position: number };

function placeFaults(placed: readonly PlacedEvent[]): string[] {
  const seen = new Set<string>();
  return placed.flatMap(({ id, position }, index) => {
    const faults: string[] = [];
    if (seen.has(id)) faults.push(`${id} stands at the position ${position} as well.`);
    if (position !== index + 1) faults.push(`The position ${position} is number ${index + 1}.`);
    seen.add(id);
    return faults;
  });
}

/** Two of the same version are no matter of order. */
function versionsBehindLater(placed: readonly PlacedEvent[]): string[] {
  const last = new Map<string, number>();
  return placed.flatMap((event) => {
    const before = last.get(nameOf(event)) ?? 0;
    last.set(nameOf(event), Math.max(before, event.version));
    return event.version < before ? [`${nameOf(event)}: version ${event.version} stands behind ${before}.`] : [];
  });
}

function changedPlaces(placed: readonly PlacedEvent[], looks: History['looks']): string[] {
  const final = new Map(placed.map(({ position, id }) => [position, id]));
  const seen = looks.flatMap((look) => look.placed);
  // Whoever had read on from there would never have had it.
  const skipped = seen.findIndex(({ position }, index) => position !== index + 1);
  const gap = skipped === -1 ? [] : [`The position ${skipped + 1} was not there when later ones were.`];
  return seen
    .filter(({ position, eventId }) => final.get(position) !== eventId)
    .map(
      ({ position, eventId }) => `At ${position} ${eventId} was seen; in the end ${final.get(position) ?? 'nothing'}.`,
    )
    .concat(gap);
}
