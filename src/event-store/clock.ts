import { AsyncLocalStorage } from 'node:async_hooks';
import { currentEventContext } from './event-context.ts';

/**
 * What time it is for those who record events, in milliseconds since 1970. `causationId` is the event that made them act;
 * null when a person or the program did by itself.
 */
export type Clock = (causationId: string | null) => number;

const storage = new AsyncLocalStorage<Clock>();

/**
 * Everything that `work` starts goes by this clock, what runs on in the background included: commands, handlers and the
 * ids, and so the times, of their events. Made for the demo data, whose history is told in seconds. Leases, time-outs and
 * sessions go by the database's clock as ever.
 */
export function runByClock<Result>(clock: Clock, work: () => Promise<Result>): Promise<Result> {
  return storage.run(clock, work);
}

/** Null unless another clock than the machine's is in force. */
export function setTime(): number | null {
  return storage.getStore()?.(currentEventContext()?.metadata.causationId ?? null) ?? null;
}

/** In milliseconds since 1970, by the clock in force. */
export function clockTime(): number {
  return setTime() ?? Date.now();
}
