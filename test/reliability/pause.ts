import { setTimeout as delay } from 'node:timers/promises';

/** Lets time go by. A run goes by the clock, unlike a test, which waits for what it expects. */
export async function pause(milliseconds: number): Promise<void> {
  await delay(milliseconds);
}
