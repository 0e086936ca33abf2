import { timestampOf } from '../event-store/event-id.ts';

/** What handlers take to answer an event. */
const REACTION_MS = 1_500;

/**
 * The time in a history that is told much faster than it passed: whoever tells it sets it, and what follows from an event
 * happens shortly after that, however late the handlers come to it.
 */
export class HistoryClock {
  #now: number;

  constructor(start: number) {
    this.#now = start;
  }

  /** Milliseconds since 1970. */
  set(at: number): void {
    this.#now = at;
  }

  readonly read = (causationId: string | null): number =>
    causationId === null ? this.#now : Date.parse(timestampOf(causationId)) + REACTION_MS;
}
