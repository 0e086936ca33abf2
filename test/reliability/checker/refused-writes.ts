import { tellsOfFailure } from './aggregates.ts';
import type { History } from './history.ts';
import { answersOf, wasRefused } from './write-outcome.ts';

/** C2: a write that was refused and never acknowledged has left no event but the one that says it failed. */
export function eventsOfRefusedWrites({ writes, log }: History): string[] {
  const refused = new Map(
    writes
      .filter((write) => wasRefused(write) && answersOf(write).length === 0)
      .map((write) => [write.correlationId, write]),
  );
  return log
    .filter((event) => refused.has(event.correlationId) && !tellsOfFailure(event))
    .map(({ id, type, correlationId }) => `${type} ${id} is of the refused write ${refused.get(correlationId)?.key}.`);
}
