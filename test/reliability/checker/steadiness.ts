import type { History } from './history.ts';

const LONGEST_PAUSE_MS = 5_000;
/** What clients are told of a mistake of the program; whatever is away has another code. */
const MISTAKE = 'INTERNAL_SERVER_ERROR';

/**
 * C15: no process ends by itself or prints what none may, no client is told of a mistake of the program, and nobody pauses for
 * long inside a transaction.
 */
export function steadinessFaults({ processes, looks, writes, subscribers }: History): string[] {
  const ofProcesses = processes.flatMap(({ name, endWasExpected, end, alarms }) => [
    ...(endWasExpected ? [] : [`${name} ended by itself: ${end}.`]),
    ...alarms.map((line) => `${name} printed ${line}`),
  ]);
  const ofWriters = writes
    .filter(({ attempts }) => attempts.some((attempt) => attempt.outcome === 'unknown' && attempt.why === MISTAKE))
    .map(({ key, kind }) => `The write ${key} (${kind}) was answered by ${MISTAKE}.`);
  const ofSubscribers = subscribers
    .filter(({ refusals }) => refusals.includes(MISTAKE))
    .map(({ name }) => `${name} was told ${MISTAKE}.`);
  const pause = Math.max(0, ...looks.map(({ idleInTransactionMs }) => idleInTransactionMs));
  const ofPauses = pause > LONGEST_PAUSE_MS ? [`A transaction stood still for ${pause} ms.`] : [];
  return [...ofProcesses, ...ofWriters, ...ofSubscribers, ...ofPauses];
}
