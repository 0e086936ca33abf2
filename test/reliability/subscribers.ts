import { EventFollower } from '../support/event-follower.ts';
import { waitFor } from '../support/wait-for.ts';
import { encodeCursor } from '../../src/event-store/cursor.ts';
import type { Administrator } from './administrator.ts';
import type { Subscriber } from './checker/history.ts';
import { pause } from './pause.ts';
import type { PlannedSubscriber } from './plan.ts';

const CONNECTED_MS = { low: 300, high: 9_000 };
const PAUSE_BEFORE_RETRY_MS = 100;
const CATCH_UP_MS = 20_000;

/** A client that follows the log by cursor, and whose connections break: by the server's end, or when the dice say so. */
export class RestlessSubscriber {
  readonly #planned: PlannedSubscriber;
  readonly #administrator: Administrator;
  readonly #after: number;
  readonly #follower: EventFollower;

  constructor(planned: PlannedSubscriber, administrator: Administrator, head: number) {
    this.#planned = planned;
    this.#administrator = administrator;
    this.#after = planned.startsAt === 'beginning' ? 0 : head;
    this.#follower = new EventFollower({
      transport: planned.transport,
      filter: planned.types === null ? {} : { types: planned.types },
      after: encodeCursor(this.#after),
    });
  }

  async run(isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      if (!(await this.#connect())) continue;
      const until = Date.now() + this.#planned.random.between(CONNECTED_MS.low, CONNECTED_MS.high);
      await waitFor(() => Date.now() > until || this.#follower.ended !== null || isOver(), {
        describe: 'the end of a connection',
        timeoutMs: CONNECTED_MS.high * 2,
      });
      this.#follower.cut();
    }
  }

  /** Stays connected until it has the event or, as the checker will say, does not get it. */
  async catchUp(lastEvent: (types: readonly string[] | null) => string | undefined): Promise<void> {
    const last = lastEvent(this.#planned.types);
    const deadline = Date.now() + CATCH_UP_MS;
    const isDone = (): boolean => last === undefined || this.#follower.events.some(({ id }) => id === last);
    while (!isDone() && Date.now() < deadline) {
      if (!(await this.#connect())) continue;
      await waitFor(() => isDone() || this.#follower.ended !== null || Date.now() > deadline, {
        describe: 'the last event',
        timeoutMs: CATCH_UP_MS * 2,
      });
    }
    this.#follower.cut();
  }

  get history(): Subscriber {
    const { name, types } = this.#planned;
    const { events, errors } = this.#follower;
    const received = events.map(({ id }) => id);
    return { name, types, after: this.#after, received, refusals: errors.map(({ extensions }) => extensions.code) };
  }

  async #connect(): Promise<boolean> {
    try {
      await this.#follower.connect(await this.#administrator.at(this.#planned.random));
      return true;
    } catch {
      await pause(PAUSE_BEFORE_RETRY_MS);
      return false;
    }
  }
}
