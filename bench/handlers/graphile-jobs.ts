import { Logger, makeWorkerUtils, run, type TaskList, type WorkerUtils } from 'graphile-worker';
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

const CONCURRENCY = 24;
const POOL_SIZE = 16;
const FILL_BATCH = 2_000;
const silent = new Logger(() => () => undefined);

/** graphile-worker as its chapter on performance wants it: jobs fetched by the local queue, done ones written down together. */
export class GraphileJobs implements Drainer {
  readonly name = 'b graphile-worker, local queue, batched';
  readonly product = 'graphile-worker';
  readonly #pool: pg.Pool;
  readonly #utils: WorkerUtils;
  readonly #happenings: readonly Happening[];
  readonly #outside: Outside;

  private constructor(pool: pg.Pool, utils: WorkerUtils, happenings: readonly Happening[], outside: Outside) {
    this.#pool = pool;
    this.#utils = utils;
    this.#happenings = happenings;
    this.#outside = outside;
  }

  static async open(url: string, happenings: readonly Happening[], outside: Outside): Promise<GraphileJobs> {
    const pool = openPool(url, POOL_SIZE);
    await pool.query(CREATE_ROWS);
    const utils = await makeWorkerUtils({ pgPool: pool, logger: silent });
    await utils.migrate();
    return new GraphileJobs(pool, utils, happenings, outside);
  }

  async fill(effect: Effect): Promise<void> {
    await this.#pool.query(EMPTY_ROWS);
    for (let at = 0; at < this.#happenings.length; at += FILL_BATCH) {
      const jobs = this.#happenings.slice(at, at + FILL_BATCH).map((payload) => ({ identifier: effect, payload }));
      await this.#utils.addJobs(jobs);
    }
  }

  async drain(): Promise<void> {
    const countdown = new Countdown(this.#happenings.length);
    const taskList: TaskList = {
      row: async (payload) => {
        await this.#pool.query({ ...INSERT_ROW, values: rowOf(payload as Happening) });
        countdown.tell();
      },
      call: async () => {
        await this.#outside.call();
        countdown.tell();
      },
    };
    const runner = await run({
      pgPool: this.#pool,
      logger: silent,
      taskList,
      noHandleSignals: true,
      preset: {
        worker: {
          concurrentJobs: CONCURRENCY,
          localQueue: { size: 500, refetchDelay: { durationMs: 10 } },
          completeJobBatchDelay: 0,
          failJobBatchDelay: 0,
        },
      },
    });
    await countdown.done;
    await runner.stop();
    const { rows } = await this.#pool.query<{ left: string }>('select count(*) as left from graphile_worker.jobs');
    if (rows[0]?.left !== '0') throw new Error(`graphile-worker left ${rows[0]?.left} jobs.`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#utils.release();
    await this.#pool.end();
  }
}
