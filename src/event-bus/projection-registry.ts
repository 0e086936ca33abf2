import type { Logger } from 'pino';
import { v7 } from 'uuid';
import type { Database } from '../database/database.ts';
import { type Sql, sqlOf } from '../database/sql.ts';
import { transact } from '../database/transact.ts';
import { insertJob } from './background-job.ts';
import type { Projection } from './define-projection.ts';
import { NotNowError } from './lane.ts';

/**
 * Which generation of a projection's rows readers see. Rows of several generations stand side by side in its tables:
 *
 *   generation 0       none is complete yet: readers are refused
 *   generation         the active one, kept by the live lane of programs with the same `version`
 *   last_generation    the highest ever begun; what is above the active one is being rebuilt, or was given up
 */

/** The active generation was built by another version of the projection: wait for the rebuild, or for the old program to end. */
class ProjectionOutdatedError extends NotNowError {
  override readonly name = 'ProjectionOutdatedError';
}

/** In SQL: the generation readers see. No row is found while there is none. `name` is a constant of the caller's. */
export function activeGeneration(name: string): string {
  return `(select generation from projection where name = '${name}')`;
}

export interface ProjectionState {
  readonly name: string;
  /** Of the program that made the active generation; 0 while there is none. */
  readonly version: number;
  readonly generation: number;
  readonly swappedAt: Date | null;
}

export async function readProjectionStates(sql: Sql): Promise<ProjectionState[]> {
  const rows = await sql<{ name: string; version: number; generation: number; swapped_at: string | Date | null }>(
    'select name, version, generation, swapped_at from projection order by name',
  );
  return rows.map(({ swapped_at, ...row }) => ({
    ...row,
    swappedAt: swapped_at === null ? null : new Date(swapped_at),
  }));
}

/** For the live lane, which holds its row: no swap can come between. @throws ProjectionOutdatedError */
export async function ownGeneration(sql: Sql, { name, version }: Projection): Promise<number> {
  const [row] = await sql<{ generation: number; version: number }>(
    'select generation, version from projection where name = $1',
    [name],
  );
  if (row?.version !== version) {
    throw new ProjectionOutdatedError(`${name} is of version ${row?.version ?? 0}, this program has ${version}.`);
  }
  return row.generation;
}

/**
 * Makes the rows of projections that are new, after their handlers', and asks for a rebuild where the rows were made by an
 * older version, or by none while the log has events for them.
 */
export async function registerProjections(
  database: Database,
  projections: readonly Projection[],
  logger: Logger,
): Promise<void> {
  for (const projection of projections.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    await transact(database, (em) => register(sqlOf(em), projection, logger));
  }
}

async function register(sql: Sql, { name, version, events }: Projection, logger: Logger): Promise<void> {
  await sql(
    `insert into projection (name, version, generation, last_generation)
     select $1, case when past.found then 0 else $2::integer end, case when past.found then 0 else 1 end, 1
     from (select exists (select from event_position where type = any ($3::text[])) as found) past
     on conflict (name) do nothing`,
    [name, version, events.map((definition) => definition.type)],
  );
  const [stored] = await sql<{ version: number }>('select version from projection where name = $1 for update', [name]);
  if (!stored || stored.version === version) return;
  if (stored.version > version) {
    logger.warn({ projection: name, declared: version, stored: stored.version }, 'A newer program keeps a projection');
    return;
  }
  await sql(
    `update background_job set status = 'FAILED', finished_at = clock_timestamp(), error = 'A newer version replaced it.'
     where kind = 'REBUILD' and subject = $1 and status in ('PENDING', 'RUNNING') and (parameters->>'version')::integer < $2`,
    [name, version],
  );
  if (await isBeingRebuilt(sql, name)) return;
  await requestRebuild(sql, { name, version }, { id: v7(), requestedBy: null, reason: null });
  logger.info({ projection: name, from: stored.version, to: version }, 'A projection will be rebuilt');
}

export async function isBeingRebuilt(sql: Sql, name: string): Promise<boolean> {
  const rows = await sql(
    `select 1 from background_job where kind = 'REBUILD' and subject = $1 and status in ('PENDING', 'RUNNING')`,
    [name],
  );
  return rows.length > 0;
}

interface RebuildRequest {
  readonly id: string;
  readonly requestedBy: string | null;
  readonly reason: string | null;
  readonly correlationId?: string;
}

/** Takes the next generation and leaves a job for it. The caller holds the projection's row. */
export async function requestRebuild(
  sql: Sql,
  { name, version }: Pick<Projection, 'name' | 'version'>,
  { id, correlationId, ...request }: RebuildRequest,
): Promise<void> {
  const [row] = await sql<{ generation: number }>(
    'update projection set last_generation = last_generation + 1 where name = $1 returning last_generation as generation',
    [name],
  );
  await insertJob(sql, {
    id,
    kind: 'REBUILD',
    subject: name,
    parameters: { version, generation: row?.generation ?? 0 },
    dryRun: false,
    correlationId: correlationId ?? v7(),
    ...request,
  });
}
