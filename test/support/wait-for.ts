import { setTimeout as delay } from 'node:timers/promises';

const SHORTEST_PAUSE_MS = 5;
const LONGEST_PAUSE_MS = 50;

export interface WaitOptions {
  /** What is awaited, as it reads in "Gave up waiting for …". */
  readonly describe: string;
  /** Milliseconds; 20,000 by default. */
  readonly timeoutMs?: number;
}

type Truthy<T> = Exclude<T, undefined | null | false | 0 | ''>;

/**
 * Asks again and again until the condition gives something truthy, and returns that. A condition that throws counts as
 * not yet fulfilled. Throws when the time is over, with the last answer in the message and the last error as `cause`.
 *
 * The only place in the tests that may set a timer: whoever sleeps instead of waiting for a condition is slow on a fast
 * machine and wrong on a slow one.
 */
export async function waitFor<T>(
  condition: () => T | Promise<T>,
  { describe, timeoutMs = 20_000 }: WaitOptions,
): Promise<Truthy<Awaited<T>>> {
  const timer = new AbortController();
  const timeIsOver = delay(timeoutMs, 'time is over' as const, { signal: timer.signal });
  let lastAnswer: Answer<T> | undefined;
  try {
    for (let pause = SHORTEST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      const answer = await Promise.race([ask(condition), timeIsOver]);
      if (answer === 'time is over') throw gaveUp(describe, timeoutMs, lastAnswer);
      if (answer.value) return answer.value as Truthy<Awaited<T>>;
      lastAnswer = answer;
      await Promise.race([delay(pause), timeIsOver]);
    }
  } finally {
    timer.abort();
  }
}

type Answer<T> =
  | { readonly value: Awaited<T>; readonly error?: never }
  | { readonly value?: never; readonly error: unknown };

async function ask<T>(condition: () => T | Promise<T>): Promise<Answer<T>> {
  try {
    return { value: await condition() };
  } catch (error) {
    return { error };
  }
}

function gaveUp(what: string, timeoutMs: number, lastAnswer: Answer<unknown> | undefined): Error {
  const attempt = `Gave up waiting for ${what} after ${timeoutMs} ms`;
  if (lastAnswer === undefined) return new Error(`${attempt}: the condition never answered.`);
  if (!('error' in lastAnswer)) return new Error(`${attempt}: the last answer was ${String(lastAnswer.value)}.`);
  return new Error(`${attempt}: the last attempt failed with ${String(lastAnswer.error)}`, { cause: lastAnswer.error });
}
