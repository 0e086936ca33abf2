import type { AnsweredEvent, Write } from './history.ts';

type Answer = readonly AnsweredEvent[];

/** What the client was told, each time it was told; empty for a write that never succeeded. */
export function answersOf(write: Write): Answer[] {
  return write.attempts.flatMap((attempt) => (attempt.outcome === 'done' ? [attempt.events] : []));
}

export function wasRefused(write: Write): boolean {
  return write.attempts.some((attempt) => attempt.outcome === 'refused');
}
