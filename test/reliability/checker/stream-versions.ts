import { streamsOf } from './aggregates.ts';
import type { History } from './history.ts';

/** C4: the versions of each aggregate are 1..n, each once. */
export function versionFaults({ log }: History): string[] {
  return [...streamsOf(log)].flatMap(([name, events]) => {
    const versions = events.map(({ version }) => version).toSorted((one, other) => one - other);
    return versions.every((version, index) => version === index + 1)
      ? []
      : [`${name} has the versions ${versions.join(' ')}.`];
  });
}
