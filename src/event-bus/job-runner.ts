import type { Logger } from 'pino';
import { leaveTransactionScope } from '../database/open-transaction.ts';
import { type BackgroundJob, JOB_COLUMNS, type JobKind, jobOf, type JobRow, JOBS_SIGNAL } from './background-job.ts';
import { HeldJob, type JobHold, JobLostError } from './held-job.ts';
import { isInfrastructureFailure } from './infrastructure-failure.ts';

/** Does one kind of job, in steps; ends with a step that says COMPLETED. An error that it throws fails the job. */
export type JobWork = (held: HeldJob) => Promise<void>;

interface JobRunnerOptions extends JobHold {
  readonly work: ReadonlyMap<JobKind, JobWork>;
  readonly logger: Logger;
}

/** Of one process. Erasures mostly wait; the others work. */
const AT_ONCE: Readonly<Record<JobKind, number>> = { REPLAY: 1, REBUILD: 1, ERASURE: 8 };
const MAX_PAUSE_MS = 2_000;
/** After a job that could not go on: the database was away or busy. */
const PUT_DOWN_PAUSE_MS = 500;

/**
 * Does background jobs, one of each kind at a time, but for erasures. A job is held under a lease with an epoch, renewed every third of it;
 * of a node that died another takes it when the lease is over. All times are the database's.
 */
export class JobRunner implements AsyncDisposable {
  readonly #options: JobRunnerOptions;
  readonly #stop = new AbortController();
  #running: readonly Promise<void>[] = [];

  constructor(options: JobRunnerOptions) {
    this.#options = options;
  }

  start(): void {
    const kinds = [...this.#options.work];
    this.#running = leaveTransactionScope(() =>
      kinds.flatMap(([kind, work]) => Array.from({ length: AT_ONCE[kind] }, () => this.#run(kind, work))),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#running);
  }

  async #run(kind: JobKind, work: JobWork): Promise<void> {
    using listener = this.#options.signals.listen(JOBS_SIGNAL);
    let failures = 0;
    while (!this.#stop.signal.aborted) {
      let pause = this.#options.leaseMs;
      try {
        const job = await this.#claim(kind);
        failures = 0;
        if (job && (await this.#hold(job, work))) continue;
        if (job) pause = PUT_DOWN_PAUSE_MS;
      } catch (error) {
        if (failures++ === 0) this.#options.logger.warn({ err: error, kind }, 'The jobs cannot be read; retrying');
        pause = Math.min(50 * 2 ** failures, MAX_PAUSE_MS);
      }
      await listener.wait(pause, this.#stop.signal);
    }
  }

  async #claim(kind: JobKind): Promise<BackgroundJob | null> {
    const { database, node, leaseMs } = this.#options;
    const [row] = await database.sql<JobRow>(
      `update background_job set status = 'RUNNING', holder = $2, epoch = epoch + 1, started_at = coalesce(started_at, clock_timestamp()),
         lease_expires_at = clock_timestamp() + make_interval(secs => $3 / 1000.0)
       where id = (select id from background_job
                   where kind = $1 and (status = 'PENDING' or status = 'RUNNING' and (holder is null or lease_expires_at < clock_timestamp()))
                   order by id limit 1 for update skip locked)
       returning ${JOB_COLUMNS}`,
      [kind, node, leaseMs],
    );
    return row ? jobOf(row) : null;
  }

  /** False when the job was put down before its end. */
  async #hold(job: BackgroundJob, work: JobWork): Promise<boolean> {
    const { logger, leaseMs } = this.#options;
    const lost = new AbortController();
    const held = new HeldJob(this.#options, job, AbortSignal.any([lost.signal, this.#stop.signal]));
    const beat = setInterval(() => void this.#renew(job, lost), leaseMs / 3);
    beat.unref();
    try {
      await work(held);
      logger.info({ job: job.id, kind: job.kind, status: held.job.status }, 'A job ended');
      return true;
    } catch (error) {
      return await this.#end(held, error);
    } finally {
      clearInterval(beat);
    }
  }

  /** Told by the database alone: a renewal that finds nothing means that the job is another's, or cancelled. */
  async #renew(job: BackgroundJob, lost: AbortController): Promise<void> {
    const { database, node, leaseMs, logger } = this.#options;
    try {
      const renewed = await database.sql(
        `update background_job set lease_expires_at = clock_timestamp() + make_interval(secs => $4 / 1000.0)
         where id = $1 and holder = $2 and epoch = $3 and status = 'RUNNING' returning 1`,
        [job.id, node, job.epoch, leaseMs],
      );
      if (renewed.length === 0) lost.abort(new JobLostError('The lease was lost, or the job cancelled.'));
    } catch (error) {
      // Every step checks the epoch, so nothing wrong can be written meanwhile.
      logger.debug({ err: error, job: job.id }, 'A lease was not renewed');
    }
  }

  async #end(held: HeldJob, error: unknown): Promise<boolean> {
    const { logger } = this.#options;
    const { id, kind, epoch } = held.job;
    if (held.signal.aborted || error instanceof JobLostError || isInfrastructureFailure(error)) {
      logger.debug({ err: error, job: id, kind }, 'A job was put down');
      await this.#release(id, epoch);
      return false;
    }
    logger.error({ err: error, job: id, kind }, 'A job failed');
    try {
      await held.fail(error);
    } catch (failure) {
      logger.warn({ err: failure, job: id, kind }, 'A failed job could not be ended');
      return false;
    }
    return true;
  }

  /** For another node, or for this one a little later. */
  async #release(id: string, epoch: number): Promise<void> {
    const { database, node, logger } = this.#options;
    try {
      await database.sql(
        'update background_job set holder = null, lease_expires_at = null where id = $1 and holder = $2 and epoch = $3',
        [id, node, epoch],
      );
    } catch (error) {
      // The lease runs out by itself.
      logger.debug({ err: error, job: id }, 'A job was not handed back');
    }
  }
}
