import { randomUUID } from 'node:crypto';
import { getPostgreSQLEventStore, type PostgresEventStore } from '@event-driven-io/emmett-postgresql';
import pg from 'pg';
import type { Event } from '@event-driven-io/emmett';
import type { Contender } from '../measure/contender.ts';
import { openPool } from '../measure/pool.ts';
import { personNumber } from './person.ts';

type UserUpdated = Event<'USER_UPDATED', { readonly user: object; readonly previousData?: object }>;

/**
 * Emmett's `appendToStream`, one event per call: stream and event only, no entity row beside them. It draws its global
 * position before the commit, so nothing remains to be done afterwards; readers wait for older transactions instead.
 */
export class Emmett implements AsyncDisposable {
  readonly #pool: pg.Pool;
  readonly #store: PostgresEventStore;

  private constructor(pool: pg.Pool, store: PostgresEventStore) {
    this.#pool = pool;
    this.#store = store;
  }

  static async open(url: string, poolSize: number): Promise<Emmett> {
    const pool = openPool(url, poolSize);
    const store = getPostgreSQLEventStore(url, { connectionOptions: { pool } });
    await store.schema.migrate();
    return new Emmett(pool, store);
  }

  creating(group: string): Contender {
    return {
      name: 'e emmett, new stream',
      group,
      run: async () => {
        const id = randomUUID();
        await this.#append(`user-${id}`, { user: snapshot(id, 1) }, 0n);
      },
    };
  }

  /** Each worker appends to 50 streams of its own, in turn, at the version it remembers. */
  changing(group: string, workers: number, streams: number): Contender {
    const turns = Array.from({ length: workers }, () => 0);
    const names = turns.map(() => Array.from({ length: streams }, () => `user-${randomUUID()}`));
    return {
      name: 'e emmett, existing stream',
      group,
      run: async (worker) => {
        const turn = turns[worker] ?? 0;
        turns[worker] = turn + 1;
        const name = names[worker]?.[turn % streams] ?? '';
        const version = Math.floor(turn / streams);
        const data = { user: snapshot(name, version + 1), previousData: snapshot(name, version) };
        await this.#append(name, data, BigInt(version));
      },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#store.close();
    await this.#pool.end();
  }

  async #append(stream: string, data: UserUpdated['data'], version: bigint): Promise<void> {
    await this.#store.appendToStream<UserUpdated>(stream, [{ type: 'USER_UPDATED', data }], {
      expectedStreamVersion: version === 0n ? 'STREAM_DOES_NOT_EXIST' : version,
    });
  }
}

function snapshot(id: string, version: number): object {
  const now = new Date().toISOString();
  return { id, ...personNumber(id, randomUUID()), isActive: true, version, createdAt: now, updatedAt: now };
}
