import type { StoredEvent } from '../event-store/domain-event.ts';
import { complete } from './effect-ledger.ts';
import type { LaneClaim } from './lane.ts';
import { advanceLane, inLane, type LaneHold } from './lane-transaction.ts';

interface Waiting {
  readonly event: StoredEvent;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Marks effects done, each as soon as it is: one that is not marked when the process dies will be repeated. While one
 * write is under way the next ones gather and go together. Bounded by the effects of a lane under way at once.
 */
export class CompletionWriter {
  readonly #hold: LaneHold;
  readonly #claim: LaneClaim;
  #waiting: Waiting[] = [];
  #writing = false;

  constructor(hold: LaneHold, claim: LaneClaim) {
    this.#hold = hold;
    this.#claim = claim;
  }

  /** Resolves when the mark is committed. @throws LaneLostError */
  done(event: StoredEvent): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#waiting.push({ event, resolve, reject });
    if (!this.#writing) void this.#write();
    return promise;
  }

  async #write(): Promise<void> {
    this.#writing = true;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      try {
        const events = batch.map(({ event }) => event);
        await inLane(
          this.#hold,
          this.#claim,
          async ({ sql }) => advanceLane(sql, this.#claim, 0, await complete(sql, this.#claim, events)),
          { evenPaused: true },
        );
        for (const { resolve } of batch) resolve();
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.#writing = false;
  }
}
