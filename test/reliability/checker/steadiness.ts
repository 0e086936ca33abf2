import type { History } from './history.ts';

const LONGEST_PAUSE_MS = 5_000;

/** C15: no process ends by itself or prints what none may, and none pauses for long inside a transaction. */
export function steadinessFaults({ processes, looks }: History): string[] {
  const ofProcesses = processes.flatMap(({ name, endWasExpected, end, alarms }) => [
    ...(endWasExpected ? [] : [`${name} ended by itself: ${end}.`]),
    ...alarms.map((line) => `${name} printed ${line}`),
  ]);
  const pause = Math.max(0, ...looks.map(({ idleInTransactionMs }) => idleInTransactionMs));
  return pause > LONGEST_PAUSE_MS ? [...ofProcesses, `A transaction stood still for ${pause} ms.`] : ofProcesses;
}
