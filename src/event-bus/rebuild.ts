import { v7 } from 'uuid';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { Database } from '../database/database.ts';
import type { Sql } from '../database/sql.ts';
import { runInEventContext } from '../event-store/event-context.ts';
import type { EventCatalogue } from '../event-store/event-catalogue.ts';
import { recordEvent } from '../event-store/record-event.ts';
import { applyRange, type LogRange } from './apply-projection.ts';
import { compareGenerations } from './compare-generations.ts';
import { type Projection, projectionSignal } from './define-projection.ts';
import { type HeldJob, JobLostError } from './held-job.ts';
import { isInfrastructureFailure } from './infrastructure-failure.ts';
import { ProjectionRebuilt, type TableDifference } from './projection.events.ts';
import type { JobWork } from './job-runner.ts';
import type { Signals } from './signals.ts';

interface RebuildDeps {
  readonly database: Database;
  readonly catalogue: EventCatalogue;
  readonly projections: readonly Projection[];
  readonly signals: Signals;
  readonly logger: Logger;
}

const parametersSchema = z.object({ version: z.int(), generation: z.int() });
const stateSchema = z.object({ position: z.int().default(0) });

/** Positions per step: begun small and moved towards steps of this many milliseconds, so that a crash repeats little. */
const FIRST_STEP = 5_000;
const LONGEST_STEP = 200_000;
const STEP_MS = [150, 600] as const;
/** From so near the end on, what is missing is filled in the transaction that swaps. */
const SWAP_DISTANCE = 2_000;
const STATEMENT_MS = 30_000;
const SWEEP_ROWS = 5_000;

interface Rebuild {
  readonly held: HeldJob;
  readonly projection: Projection;
  readonly generation: number;
  /** The generation that the live lane keeps, to be compared with; null when another version made it. */
  readonly live: number | null;
}

/**
 * Rebuilds a projection beside the live one:
 *
 *   fill      the new generation from position 0 to where the live one is, in steps that commit with their position
 *   compare   both at one position, where the live one was made by the same version; a difference is told, and cured
 *   swap      under the lock of the live lane: fill what is missing, make the new generation the active one
 *   sweep     delete the rows of all others, a few thousand at a time
 *
 * Readers see the old rows, then the new ones. The live lane goes on until the swap, unless it is of another version.
 */
export function rebuildWork(deps: RebuildDeps): JobWork {
  return async (held) => {
    const projection = deps.projections.find(({ name }) => name === held.job.subject);
    const { version, generation } = parametersSchema.parse(held.job.parameters);
    if (projection?.version !== version) throw new Error('This program does not have the version that was asked for.');
    const live = await liveGeneration(deps, projection);
    const rebuild = { held, projection, generation, live };
    const filledTo = await fill(deps, rebuild);
    let differences: TableDifference[] | null = null;
    if (live !== null) {
      const { database, catalogue } = deps;
      differences = await compareGenerations({ database, catalogue, projection, live, rebuilt: generation, filledTo });
      await fill(deps, rebuild);
    }
    await swap(deps, rebuild, differences);
    tellOutcome(deps, projection, differences);
    await sweepGenerations(deps.database.sql, [projection]);
  };
}

async function liveGeneration({ database }: RebuildDeps, { name, version }: Projection): Promise<number | null> {
  const [row] = await database.sql<{ generation: number }>(
    'select generation from projection where name = $1 and version = $2',
    [name, version],
  );
  return row?.generation ?? null;
}

/** Returns the position reached: where the live lane was a moment ago, or the end of the log where there is no live one. */
async function fill(deps: RebuildDeps, rebuild: Rebuild): Promise<number> {
  const { held, projection } = rebuild;
  let { position } = stateSchema.parse(held.job.state);
  let target = await targetOf(deps.database.sql, rebuild);
  for (let size = FIRST_STEP; position < target;) {
    const upTo = Math.min(position + size, target);
    const began = performance.now();
    if (await fillStep(deps, rebuild, { after: position, upTo }, target)) {
      position = upTo;
      const took = performance.now() - began;
      if (took < STEP_MS[0]) size = Math.min(size * 2, LONGEST_STEP);
      else if (took > STEP_MS[1]) size = Math.max(Math.floor(size / 2), 1);
    } else size = Math.max(Math.floor((upTo - position) / 2), 1);
    if (position < target) continue;
    // What came meanwhile. It ends: events are filled in faster than they are made.
    target = await targetOf(deps.database.sql, rebuild);
    if (target - position <= SWAP_DISTANCE) break;
  }
  deps.logger.debug({ projection: projection.name, position }, 'A projection is filled');
  return position;
}

/** False when it was too much, or an event in it cannot be applied. @throws UnusableEventError for a single one. */
async function fillStep(deps: RebuildDeps, { held, projection, generation }: Rebuild, range: LogRange, target: number) {
  try {
    await held.step(STATEMENT_MS, async ({ sql }) => {
      await applyRange(sql, deps.catalogue, projection, generation, range);
      return { state: { position: range.upTo }, processed: range.upTo, total: target };
    });
    return true;
  } catch (error) {
    if (held.signal.aborted || error instanceof JobLostError || isInfrastructureFailure(error)) throw error;
    if (range.upTo - range.after === 1) throw new UnusableEventError(range.upTo, { cause: error });
    return false;
  }
}

/** Found by halving: the projection's statements fail on this one event. */
class UnusableEventError extends Error {
  override readonly name = 'UnusableEventError';

  constructor(position: number, options: ErrorOptions) {
    const reason = options.cause instanceof Error ? options.cause.message : String(options.cause);
    super(`The event at position ${position} cannot be applied: ${reason}`, options);
  }
}

async function targetOf(sql: Sql, { projection, live }: Pick<Rebuild, 'projection' | 'live'>): Promise<number> {
  const [row] = await sql<{ position: string }>(
    `select greatest((select position from handler_lane where handler = $1),
                     case when $2 then (select max(position) from event_position) end, 0)::text as position`,
    [projection.name, live === null],
  );
  return Number(row?.position ?? 0);
}

async function swap(deps: RebuildDeps, rebuild: Rebuild, differences: TableDifference[] | null): Promise<void> {
  const { held, projection, generation } = rebuild;
  const { name, version } = projection;
  const metadata = {
    userId: held.job.requestedBy,
    correlationId: held.job.correlationId,
    causationId: null,
    ipAddress: null,
    userAgent: null,
  };
  await runInEventContext({ commandId: v7(), metadata, recorded: [] }, () =>
    held.step(STATEMENT_MS, async ({ em, sql }) => {
      const reached = await finish(deps, rebuild, sql);
      await sql('update projection set version = $2, generation = $3, swapped_at = clock_timestamp() where name = $1', [
        name,
        version,
        generation,
      ]);
      await recordEvent(em, ProjectionRebuilt, name, {
        projection: name,
        rebuildId: held.job.id,
        version,
        generation,
        compared: differences !== null,
        differences: differences ?? [],
      });
      return { state: { position: reached, differences }, processed: reached, total: reached, status: 'COMPLETED' };
    }),
  );
  deps.signals.raise(projectionSignal(name));
}

/** Holds the live lane; what it has parked is in the new rows already, and must not be applied to them again. */
async function finish(deps: RebuildDeps, rebuild: Rebuild, sql: Sql): Promise<number> {
  const { held, projection, generation } = rebuild;
  const { position } = stateSchema.parse(held.job.state);
  await sql('select 1 from handler_lane where handler = $1 for update', [projection.name]);
  const reached = Math.max(position, await targetOf(sql, rebuild));
  await applyRange(sql, deps.catalogue, projection, generation, { after: position, upTo: reached });
  await sql('update handler_lane set position = $2 where handler = $1', [projection.name, reached]);
  await sql('delete from parked_event where handler = $1 and position <= $2', [projection.name, reached]);
  return reached;
}

function tellOutcome({ logger }: RebuildDeps, { name }: Projection, differences: TableDifference[] | null): void {
  if (differences && differences.length > 0) {
    logger.error({ projection: name, differences }, 'A rebuilt projection differs from the live one, which was wrong');
  } else logger.info({ projection: name, compared: differences !== null }, 'A projection was rebuilt');
}

/** Deletes rows of generations that nobody sees or builds: replaced ones, and those of rebuilds that did not end. */
export async function sweepGenerations(sql: Sql, projections: readonly Projection[]): Promise<void> {
  for (const { name, tables } of projections) {
    for (const table of tables) {
      for (let rows = SWEEP_ROWS; rows === SWEEP_ROWS;) rows = await sweepSome(sql, name, table);
    }
  }
}

async function sweepSome(sql: Sql, name: string, table: string): Promise<number> {
  const [row] = await sql<{ count: number }>(
    `with gone as (
       delete from ${table} where ctid = any (array(
         select ctid from ${table} where generation <> all (
           select generation from projection where name = $1
           union select (parameters->>'generation')::integer from background_job
                 where kind = 'REBUILD' and subject = $1 and status in ('PENDING', 'RUNNING'))
         limit ${SWEEP_ROWS})) returning 1
     ) select count(*)::int as count from gone`,
    [name],
  );
  return row?.count ?? 0;
}
