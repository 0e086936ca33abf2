import type { Sql } from '../database/sql.ts';

export type JobKind = 'REPLAY' | 'REBUILD' | 'ERASURE';
export type JobStatus = 'PENDING' | 'RUNNING' | 'COMPLETED' | 'CANCELLED' | 'FAILED';

/** A plain JSON object. */
export type JobJson = Readonly<Record<string, unknown>>;

/** Work on the log that takes longer than a request: any worker does it, and another goes on where one died. */
export interface BackgroundJob {
  readonly id: string;
  readonly kind: JobKind;
  /** What it is about, where only one at a time may be: a projection, a person. */
  readonly subject: string | null;
  /** As asked for; never changes. */
  readonly parameters: JobJson;
  /** How far it got; `{}` at first. */
  readonly state: JobJson;
  readonly status: JobStatus;
  readonly dryRun: boolean;
  readonly total: number;
  readonly processed: number;
  readonly failed: number;
  /** Null when the program asked itself. */
  readonly requestedBy: string | null;
  readonly reason: string | null;
  readonly correlationId: string;
  readonly error: string | null;
  readonly requestedAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  /** Rises with each holder. */
  readonly epoch: number;
}

export interface JobRow {
  readonly id: string;
  readonly kind: JobKind;
  readonly subject: string | null;
  readonly parameters: JobJson;
  readonly state: JobJson;
  readonly status: JobStatus;
  readonly dry_run: boolean;
  readonly total: string;
  readonly processed: string;
  readonly failed: number;
  readonly requested_by: string | null;
  readonly reason: string | null;
  readonly correlation_id: string;
  readonly error: string | null;
  readonly requested_at: string | Date;
  readonly started_at: string | Date | null;
  readonly finished_at: string | Date | null;
  readonly epoch: string;
}

export const JOB_COLUMNS = `id, kind, subject, parameters, state, status, dry_run, total::text, processed::text, failed, requested_by, reason,
  correlation_id, error, requested_at, started_at, finished_at, epoch::text`;

export function jobOf(row: JobRow): BackgroundJob {
  return {
    id: row.id,
    kind: row.kind,
    subject: row.subject,
    parameters: row.parameters,
    state: row.state,
    status: row.status,
    dryRun: row.dry_run,
    total: Number(row.total),
    processed: Number(row.processed),
    failed: row.failed,
    requestedBy: row.requested_by,
    reason: row.reason,
    correlationId: row.correlation_id,
    error: row.error,
    requestedAt: new Date(row.requested_at),
    startedAt: row.started_at === null ? null : new Date(row.started_at),
    finishedAt: row.finished_at === null ? null : new Date(row.finished_at),
    epoch: Number(row.epoch),
  };
}

/** Raised when there is a new job. */
export const JOBS_SIGNAL = 'jobs';

/** Raised whenever the job got further or ended. */
export function jobSignal(id: string): string {
  return `job:${id}`;
}

export type NewJob = Pick<
  BackgroundJob,
  'id' | 'kind' | 'subject' | 'parameters' | 'dryRun' | 'requestedBy' | 'reason' | 'correlationId'
>;

/** In the caller's transaction; raise `JOBS_SIGNAL` after its commit. */
export async function insertJob(sql: Sql, job: NewJob): Promise<void> {
  await sql(
    `insert into background_job (id, kind, subject, parameters, dry_run, requested_by, reason, correlation_id)
     values ($1, $2, $3, $4::jsonb, $5, $6, $7, $8)`,
    [
      job.id,
      job.kind,
      job.subject,
      JSON.stringify(job.parameters),
      job.dryRun,
      job.requestedBy,
      job.reason,
      job.correlationId,
    ],
  );
}

/** A replay or rebuild. */
export async function findJob(sql: Sql, id: string): Promise<BackgroundJob | null> {
  const [row] = await sql<JobRow>(`select ${JOB_COLUMNS} from background_job where id = $1 and kind <> 'ERASURE'`, [
    id,
  ]);
  return row ? jobOf(row) : null;
}

/** The newest of a person's erasures; null when there was none. */
export async function newestErasure(sql: Sql, personId: string): Promise<BackgroundJob | null> {
  const [row] = await sql<JobRow>(
    `select ${JOB_COLUMNS} from background_job where kind = 'ERASURE' and subject = $1 order by id desc limit 1`,
    [personId],
  );
  return row ? jobOf(row) : null;
}

/** The newest rebuild of each projection. */
export async function newestRebuilds(sql: Sql): Promise<ReadonlyMap<string, BackgroundJob>> {
  const rows = await sql<JobRow>(
    `select distinct on (subject) ${JOB_COLUMNS} from background_job where kind = 'REBUILD' order by subject, requested_at desc, id desc`,
  );
  return new Map(rows.map((row) => [row.subject ?? '', jobOf(row)]));
}

/** Replays and rebuilds that people asked for, the newest first; ids are UUIDv7, so their order is that of the requests. */
export async function listJobs(
  sql: Sql,
  { before, limit }: { readonly before: string | null; readonly limit: number },
): Promise<BackgroundJob[]> {
  const rows = await sql<JobRow>(
    `select ${JOB_COLUMNS} from background_job
     where requested_by is not null and kind <> 'ERASURE' and ($1::uuid is null or id < $1) order by id desc limit $2`,
    [before, limit],
  );
  return rows.map(jobOf);
}

export async function countJobs(sql: Sql): Promise<number> {
  const [row] = await sql<{ count: number }>(
    `select count(*)::int as count from background_job where requested_by is not null and kind <> 'ERASURE'`,
  );
  return row?.count ?? 0;
}

/** Ends a replay or rebuild that somebody asked for and that has not ended; its holder notices at its next write. Null when there is none such. */
export async function cancelJob(sql: Sql, id: string): Promise<BackgroundJob | null> {
  const [row] = await sql<JobRow>(
    `update background_job set status = 'CANCELLED', finished_at = clock_timestamp(), holder = null, lease_expires_at = null
     where id = $1 and status in ('PENDING', 'RUNNING') and requested_by is not null and kind <> 'ERASURE' returning ${JOB_COLUMNS}`,
    [id],
  );
  return row ? jobOf(row) : null;
}
