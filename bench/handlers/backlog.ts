import { setImmediate as nextTurn } from 'node:timers/promises';

/** What one event says, and what a job of the others carries: the same bytes for all. */
export interface Happening {
  readonly id: string;
  readonly accountId: string;
  readonly amount: number;
  readonly note: string;
}

/** What a handler does: one row of the database, or one call to the outside. */
export type Effect = 'row' | 'call';

/** One way to work off a backlog. */
export interface Drainer extends AsyncDisposable {
  /** The first is what is aimed at; none of a product is a rival of its own. */
  readonly name: string;
  readonly product: string;
  /** Puts the whole backlog where the drainer finds it; not measured. */
  fill(effect: Effect): Promise<void>;
  /** Starts what works, resolves when every event is done and written down as done, and nothing is under way any more. */
  drain(effect: Effect): Promise<void>;
}

export const CREATE_ROWS = `create table if not exists bench_row (
  id uuid primary key, account_id uuid not null, amount integer not null, note text not null)`;
export const EMPTY_ROWS = 'truncate bench_row';
export const INSERT_ROW = {
  name: 'insert_row',
  text: 'insert into bench_row (id, account_id, amount, note) values ($1, $2, $3, $4)',
};
/** For who is handed many events at once. */
export const INSERT_ROWS = {
  name: 'insert_rows',
  text: `insert into bench_row (id, account_id, amount, note)
    select * from unnest($1::uuid[], $2::uuid[], $3::integer[], $4::text[])`,
};

export function rowOf({ id, accountId, amount, note }: Happening): unknown[] {
  return [id, accountId, amount, note];
}

export function rowsOf(happenings: readonly Happening[]): unknown[][] {
  return [
    happenings.map(({ id }) => id),
    happenings.map(({ accountId }) => accountId),
    happenings.map(({ amount }) => amount),
    happenings.map(({ note }) => note),
  ];
}

/** The other side of the outside calls: answers in the next turn, and counts, so that nothing is skipped. */
export class Outside {
  calls = 0;

  async call(): Promise<void> {
    await nextTurn();
    this.calls++;
  }
}

/** Resolves when it was told of `count`. */
export class Countdown {
  readonly #done = Promise.withResolvers<void>();
  #left: number;

  constructor(count: number) {
    this.#left = count;
  }

  get done(): Promise<void> {
    return this.#done.promise;
  }

  tell(count = 1): void {
    this.#left -= count;
    if (this.#left <= 0) this.#done.resolve();
  }
}
