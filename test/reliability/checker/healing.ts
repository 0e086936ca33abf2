import type { History } from './history.ts';

const READY_WITHIN_MS = 10_000;
const QUIET_WITHIN_MS = 15_000;

/** C14: once nothing is broken any more, every process is ready within ten seconds and nothing is left to do within fifteen. */
export function healingFaults({ healing: { readyAfterMs, quietAfterMs } }: History): string[] {
  return [
    ...(readyAfterMs > READY_WITHIN_MS ? [`It took ${readyAfterMs} ms until every process was ready.`] : []),
    ...(quietAfterMs > QUIET_WITHIN_MS ? [`It took ${quietAfterMs} ms until nothing was left to do.`] : []),
  ];
}
