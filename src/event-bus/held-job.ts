import type { SqlEntityManager } from '@mikro-orm/sql';
import { safeMessage } from '../config/serialize-error.ts';
import type { Database } from '../database/database.ts';
import { type Sql, sqlOf } from '../database/sql.ts';
import { transact } from '../database/transact.ts';
import { type BackgroundJob, JOB_COLUMNS, type JobJson, jobOf, type JobRow, jobSignal } from './background-job.ts';
import type { Signals } from './signals.ts';

/** The job was cancelled, or another node holds it: whatever was under way must not be written. */
export class JobLostError extends Error {
  override readonly name = 'JobLostError';
}

/** Absolute values; what is left out stays. */
export interface JobProgress {
  readonly state?: JobJson;
  readonly total?: number;
  readonly processed?: number;
  readonly failed?: number;
  readonly status?: 'COMPLETED' | 'FAILED';
}

export interface JobHold {
  readonly database: Database;
  readonly node: string;
  readonly leaseMs: number;
  readonly signals: Signals;
}

export interface JobStep {
  readonly em: SqlEntityManager;
  readonly sql: Sql;
}

const MAX_ERROR = 2_000;

/**
 * A job under this node's lease. Work and progress commit together, in steps: each ends with a write that fails when the
 * job was cancelled or has another holder, and takes the step back with it. So a step happens once, and who takes the job
 * over goes on behind the last one.
 */
export class HeldJob {
  readonly #hold: JobHold;
  #job: BackgroundJob;
  /** Ends when the job is lost or cancelled, or this node stops. */
  readonly signal: AbortSignal;

  constructor(hold: JobHold, job: BackgroundJob, signal: AbortSignal) {
    this.#hold = hold;
    this.#job = job;
    this.signal = signal;
  }

  /** As of the last step. */
  get job(): BackgroundJob {
    return this.#job;
  }

  /**
   * One transaction: work, then the progress it made. `statementMs` is the longest one of its statements may take.
   *
   * @throws JobLostError
   */
  async step(statementMs: number, work: (step: JobStep) => Promise<JobProgress>): Promise<void> {
    this.signal.throwIfAborted();
    const { database, leaseMs, signals } = this.#hold;
    this.#job = await transact(database, async (em) => {
      const sql = sqlOf(em);
      await sql(
        `select set_config('statement_timeout', $1, true), set_config('idle_in_transaction_session_timeout', $2, true)`,
        [String(statementMs), String(leaseMs)],
      );
      const progress = await work({ em, sql });
      await em.flush();
      return this.#write(sql, progress, null);
    });
    signals.raise(jobSignal(this.#job.id));
  }

  /** Ends the job as failed, with what may be shown of the error. */
  async fail(error: unknown): Promise<void> {
    const message = (error instanceof Error ? safeMessage(error) : String(error)).slice(0, MAX_ERROR);
    const storable = message.replaceAll('\0', '').toWellFormed();
    this.#job = await this.#write(this.#hold.database.sql, { status: 'FAILED' }, storable);
    this.#hold.signals.raise(jobSignal(this.#job.id));
  }

  async #write(sql: Sql, progress: JobProgress, error: string | null): Promise<BackgroundJob> {
    const { id, epoch } = this.#job;
    const [row] = await sql<JobRow>(
      `update background_job set state = coalesce($4::jsonb, state), total = coalesce($5, total), processed = coalesce($6, processed),
         failed = coalesce($7, failed), status = coalesce($8, status), error = coalesce($9, error), updated_at = clock_timestamp(),
         finished_at = case when $8::text is null then finished_at else clock_timestamp() end,
         holder = case when $8::text is null then holder end,
         lease_expires_at = case when $8::text is null then clock_timestamp() + make_interval(secs => $10 / 1000.0) end
       where id = $1 and holder = $2 and epoch = $3 and status = 'RUNNING' returning ${JOB_COLUMNS}`,
      [
        id,
        this.#hold.node,
        epoch,
        progress.state ? JSON.stringify(progress.state) : null,
        progress.total ?? null,
        progress.processed ?? null,
        progress.failed ?? null,
        progress.status ?? null,
        error,
        this.#hold.leaseMs,
      ],
    );
    if (!row) throw new JobLostError(`The job ${id} was cancelled, or another node holds it.`);
    return jobOf(row);
  }
}
