import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import type pg from 'pg';
import { openPool } from '../measure/pool.ts';
import {
  Countdown,
  CREATE_ROWS,
  type Drainer,
  type Effect,
  EMPTY_ROWS,
  type Happening,
  INSERT_ROW,
  type Outside,
  rowOf,
} from './backlog.ts';

const CONCURRENCY = 50;
const POOL_SIZE = 16;
const FILL_BATCH = 2_000;

/** BullMQ with concurrency as its documentation advises; the free version has no batches. Done jobs are removed. */
export class BullmqJobs implements Drainer {
  readonly name = 'c BullMQ';
  readonly product = 'BullMQ';
  readonly #connection: Redis;
  readonly #pool: pg.Pool;
  readonly #happenings: readonly Happening[];
  readonly #outside: Outside;

  private constructor(connection: Redis, pool: pg.Pool, happenings: readonly Happening[], outside: Outside) {
    this.#connection = connection;
    this.#pool = pool;
    this.#happenings = happenings;
    this.#outside = outside;
  }

  static async open(
    redisUrl: string,
    databaseUrl: string,
    happenings: readonly Happening[],
    outside: Outside,
  ): Promise<BullmqJobs> {
    const pool = openPool(databaseUrl, POOL_SIZE);
    await pool.query(CREATE_ROWS);
    return new BullmqJobs(new Redis(redisUrl, { maxRetriesPerRequest: null }), pool, happenings, outside);
  }

  async fill(effect: Effect): Promise<void> {
    await this.#pool.query(EMPTY_ROWS);
    const queue = new Queue<Happening>(effect, { connection: this.#connection });
    for (let at = 0; at < this.#happenings.length; at += FILL_BATCH) {
      await queue.addBulk(this.#happenings.slice(at, at + FILL_BATCH).map((data) => ({ name: effect, data })));
    }
    await queue.close();
  }

  async drain(effect: Effect): Promise<void> {
    const countdown = new Countdown(this.#happenings.length);
    const worker = new Worker<Happening>(
      effect,
      async ({ data }) => {
        if (effect === 'row') await this.#pool.query({ ...INSERT_ROW, values: rowOf(data) });
        else await this.#outside.call();
      },
      { connection: this.#connection, concurrency: CONCURRENCY, removeOnComplete: { count: 0 } },
    );
    worker.on('completed', () => countdown.tell());
    worker.on('failed', (_job, error) => {
      throw error;
    });
    await countdown.done;
    await worker.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#connection.quit();
    await this.#pool.end();
  }
}
