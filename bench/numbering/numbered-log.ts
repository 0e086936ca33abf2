import pg from 'pg';
import { v7 } from 'uuid';
import { openPool } from '../measure/pool.ts';
import { Sequencer } from '../../src/event-store/sequencer.ts';

const APPEND = 'select append_events($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13) as versions';
/** Events of one read. */
export const PAGE = 500;
const STREAMS_PER_WRITER = 50;
const IDLE_PAUSE_MS = 2;
const METADATA = JSON.stringify({
  userId: null,
  correlationId: v7(),
  causationId: null,
  ipAddress: '127.0.0.1',
  userAgent: 'bench',
});

export interface LogSize {
  readonly events: number;
  /** Bytes on disk of events and ledger, indexes and free space included. */
  readonly bytes: number;
}

/** One database with writers and the product's sequencer at work. */
export class NumberedLog implements AsyncDisposable {
  readonly name: string;
  readonly #pool: pg.Pool;
  readonly #read: string;
  readonly #sequencer: Sequencer;
  readonly #streams: readonly (readonly string[])[];
  #turn = 0;
  #holder: pg.PoolClient | null = null;

  constructor(name: string, url: string, writers: number, read: string) {
    this.name = name;
    this.#read = read;
    this.#pool = openPool(url, writers + 2);
    this.#sequencer = new Sequencer(async <Row extends object>(text: string, parameters: readonly unknown[] = []) => {
      const { rows } = await this.#pool.query<pg.QueryResultRow & Row>(text, [...parameters]);
      return rows;
    });
    this.#streams = Array.from({ length: writers }, () => Array.from({ length: STREAMS_PER_WRITER }, () => v7()));
  }

  /** One event behind whatever its stream holds, committed. */
  async append(writer: number): Promise<void> {
    const own = this.#streams[writer] ?? [];
    const id = own[this.#turn++ % own.length] ?? '';
    const now = new Date().toISOString();
    const user = {
      id,
      email: `${id}@example.org`,
      username: `user-${id}`,
      firstName: 'Ada',
      lastName: 'Lovelace',
      isActive: true,
      roleId: id,
      version: 1,
      createdAt: now,
      updatedAt: now,
    };
    await this.#pool.query(APPEND, [
      v7(),
      METADATA,
      ['User'],
      [id],
      [-1],
      [1],
      [1],
      [1],
      [v7()],
      ['USER_UPDATED'],
      [1],
      [id],
      [JSON.stringify({ user, previousData: user })],
    ]);
  }

  /** Numbers what is committed, again and again, until the signal; then the rest. Returns the head. */
  async number(signal: AbortSignal): Promise<number> {
    for (;;) {
      const last = signal.aborted;
      const tick = await this.#sequencer.tick();
      if (last && tick.acquired && tick.numbered === 0) return tick.head;
      if (tick.numbered === 0) await new Promise((resolve) => setTimeout(resolve, IDLE_PAUSE_MS));
    }
  }

  async size(): Promise<LogSize> {
    const { rows } = await this.#pool.query<{ events: string; bytes: string }>(
      `select (select count(*) from event) as events, sum(pg_total_relation_size(c.oid)) as bytes
       from pg_class c where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace and c.relispartition`,
    );
    const row = rows[0];
    return { events: Number(row?.events), bytes: Number(row?.bytes) };
  }

  /** How many bytes of write-ahead log the server has written so far. */
  async walPosition(): Promise<number> {
    const { rows } = await this.#pool.query<{ bytes: string }>(
      `select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::text as bytes`,
    );
    return Number(rows[0]?.bytes);
  }

  async script(text: string): Promise<void> {
    await this.#pool.query(text);
  }

  /** Keeps a transaction open that could still see everything of now, until disposed. */
  async holdSnapshot(): Promise<void> {
    this.#holder = await this.#pool.connect();
    await this.#holder.query('begin isolation level repeatable read');
    await this.#holder.query('select count(*) from event');
  }

  /** Milliseconds it takes to read the page after a position. */
  async readPage(after: number): Promise<number> {
    const start = performance.now();
    const { rows } = await this.#pool.query({ name: 'page', text: this.#read, values: [after, PAGE] });
    if (rows.length !== PAGE) throw new Error(`${this.name}: a page of ${rows.length} events after ${after}`);
    return performance.now() - start;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#holder?.release(true);
    await this.#pool.end();
  }
}
