import type { History } from './history.ts';

/** C11: neither the position nor the epoch of a lane ever goes back. */
export function checkpointFaults({ looks }: History): string[] {
  const highest = new Map<string, { position: number; epoch: number }>();
  return looks.flatMap(({ progress }) =>
    progress.flatMap(({ handler, lane, position, epoch }) => {
      const name = `${handler}/${lane}`;
      const before = highest.get(name) ?? { position: 0, epoch: 0 };
      highest.set(name, { position: Math.max(before.position, position), epoch: Math.max(before.epoch, epoch) });
      return [
        ...(position < before.position ? [`${name} went back from ${before.position} to ${position}.`] : []),
        ...(epoch < before.epoch ? [`The epoch of ${name} went back from ${before.epoch} to ${epoch}.`] : []),
      ];
    }),
  );
}
