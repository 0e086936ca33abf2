import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { PgBoss } from 'pg-boss';
import { openPool } from '../measure/pool.ts';
import {
  Countdown,
  CREATE_ROWS,
  type Drainer,
  type Effect,
  EMPTY_ROWS,
  type Happening,
  INSERT_ROWS,
  type Outside,
  rowsOf,
} from './backlog.ts';

const BATCH = 500;
const WORKERS = 2;
const POOL_SIZE = 16;
const FILL_BATCH = 2_000;
const LOOK_MS = 5;

/** pg-boss with batches as large as ours, each written in one statement, fetched without pause. */
export class PgBossJobs implements Drainer {
  readonly name = `d pg-boss, batches of ${BATCH}`;
  readonly product = 'pg-boss';
  readonly #boss: PgBoss;
  readonly #pool: pg.Pool;
  readonly #happenings: readonly Happening[];
  readonly #outside: Outside;

  private constructor(boss: PgBoss, pool: pg.Pool, happenings: readonly Happening[], outside: Outside) {
    this.#boss = boss;
    this.#pool = pool;
    this.#happenings = happenings;
    this.#outside = outside;
  }

  static async open(url: string, happenings: readonly Happening[], outside: Outside): Promise<PgBossJobs> {
    const pool = openPool(url, POOL_SIZE);
    await pool.query(CREATE_ROWS);
    const boss = new PgBoss({ connectionString: url, max: POOL_SIZE, supervise: false, schedule: false });
    boss.on('error', (error) => {
      throw error;
    });
    await boss.start();
    return new PgBossJobs(boss, pool, happenings, outside);
  }

  async fill(effect: Effect): Promise<void> {
    await this.#pool.query(EMPTY_ROWS);
    await this.#boss.deleteQueue(effect);
    await this.#boss.createQueue(effect);
    for (let at = 0; at < this.#happenings.length; at += FILL_BATCH) {
      await this.#boss.insert(
        effect,
        this.#happenings.slice(at, at + FILL_BATCH).map((data) => ({ data })),
      );
    }
  }

  async drain(effect: Effect): Promise<void> {
    const countdown = new Countdown(this.#happenings.length);
    const options = {
      batchSize: BATCH,
      localConcurrency: WORKERS,
      burstWhenBatchFull: true,
      pollingIntervalSeconds: 0.5,
    };
    await this.#boss.work<Happening>(effect, options, async (jobs) => {
      if (effect === 'row') await this.#pool.query({ ...INSERT_ROWS, values: rowsOf(jobs.map(({ data }) => data)) });
      else await Promise.all(jobs.map(() => this.#outside.call()));
      countdown.tell(jobs.length);
    });
    await countdown.done;
    while (!(await this.#isDone(effect))) await delay(LOOK_MS);
    await this.#boss.offWork(effect, { wait: false });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#boss.stop({ graceful: false });
    await this.#pool.end();
  }

  async #isDone(effect: Effect): Promise<boolean> {
    const { rows } = await this.#pool.query<{ done: boolean }>(
      `select not exists (select from pgboss.job where name = $1 and state < 'completed') as done`,
      [effect],
    );
    return rows[0]?.done === true;
  }
}
