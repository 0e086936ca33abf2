import { setImmediate as nextTurn } from 'node:timers/promises';
import type { StoredEvent } from '../event-store/domain-event.ts';
import { complete } from './effect-ledger.ts';
import type { LaneClaim } from './lane.ts';
import { advanceLane, inLane, type LaneHold } from './lane-transaction.ts';

interface Waiting {
  readonly event: StoredEvent;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** What a writer's effects are all of: with the last of them marked, the checkpoint stands at `upTo`. */
interface Whole {
  readonly effects: number;
  readonly upTo: number;
}

/**
 * Marks effects done, each as soon as it is: one that is not marked when the process dies will be repeated. Those that end
 * in the same turn, or while a write is under way, go together. Bounded by the effects of a lane under way at once.
 *
 * When every effect of a whole batch is marked here, the write of the last moves the checkpoint, too.
 */
export class CompletionWriter {
  readonly #hold: LaneHold;
  readonly #claim: LaneClaim;
  #waiting: Waiting[] = [];
  #writing = false;
  readonly #whole: Whole | null;
  #marked = 0;

  constructor(hold: LaneHold, claim: LaneClaim, whole: Whole | null = null) {
    this.#hold = hold;
    this.#claim = claim;
    this.#whole = whole;
  }

  /** Whether the checkpoint was moved to the end of the batch. */
  get reachedEnd(): boolean {
    return this.#marked === this.#whole?.effects;
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
    await nextTurn();
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      try {
        await this.#mark(batch.map(({ event }) => event));
        for (const { resolve } of batch) resolve();
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.#writing = false;
  }

  async #mark(events: readonly StoredEvent[]): Promise<void> {
    const isLast = this.#marked + events.length === this.#whole?.effects;
    const upTo = isLast ? this.#whole.upTo : 0;
    await inLane(
      this.#hold,
      this.#claim,
      async ({ em, sql }) => advanceLane(em, this.#claim, upTo, await complete(sql, this.#claim, events)),
      { evenPaused: true },
    );
    this.#marked += events.length;
  }
}
