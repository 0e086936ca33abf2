import type { Sql } from '../database/sql.ts';
import type { StoredEvent } from '../event-store/domain-event.ts';
import { EventLog } from '../event-store/read-events.ts';
import type { EventCatalogue } from '../event-store/event-catalogue.ts';
import type { Projection } from './define-projection.ts';

/** The relation `batch` of events that are in memory. */
const FROM_EVENTS = `select $1::integer as generation, b.* from jsonb_to_recordset($2::jsonb) as b (position bigint, event_id uuid,
  type text, aggregate_type text, aggregate_id text, version integer, at timestamptz, data jsonb)`;

/** The same of a range of the log, without a way through this process. */
const FROM_LOG = `select $1::integer as generation, p.position, e.id as event_id, e.type, e.aggregate_type, e.aggregate_id, e.version,
    event_id_time(e.id) as at, e.data
  from event_position p join event e on e.id = p.event_id
  where p.position > $2 and p.position <= $3 and p.type = any ($4::text[])`;

const HAS_OLD_SHAPES = `select exists (
    select from event_position p join event e on e.id = p.event_id
    join unnest($3::text[], $4::integer[]) as d (type, schema_version) on d.type = p.type and e.schema_version < d.schema_version
    where p.position > $1 and p.position <= $2) as found`;

const PAGE = 2_000;

/** Applies events to the rows of a generation, in the caller's transaction. */
export async function applyEvents(
  sql: Sql,
  projection: Projection,
  generation: number,
  events: readonly StoredEvent[],
): Promise<void> {
  const batch = events.map((event) => ({
    position: event.position,
    event_id: event.id,
    type: event.type,
    aggregate_type: event.aggregateType,
    aggregate_id: event.aggregateId,
    version: event.version,
    at: event.timestamp,
    data: event.data,
  }));
  await apply(sql, projection, FROM_EVENTS, [generation, JSON.stringify(batch)]);
}

export interface LogRange {
  /** Exclusive. */
  readonly after: number;
  /** Inclusive. */
  readonly upTo: number;
}

/**
 * Applies a range of the log to the rows of a generation, in the caller's transaction: within the database where all
 * events have the newest shape, else through the upcasters.
 */
export async function applyRange(
  sql: Sql,
  catalogue: EventCatalogue,
  projection: Projection,
  generation: number,
  { after, upTo }: LogRange,
): Promise<void> {
  if (upTo <= after) return;
  const types = projection.events.map((definition) => definition.type);
  if (!(await hasOldShapes(sql, projection, { after, upTo }))) {
    return apply(sql, projection, FROM_LOG, [generation, after, upTo, types]);
  }
  const log = new EventLog(sql, catalogue);
  for (let position = after; ;) {
    const events = await log.read({ filter: { types }, after: position, before: upTo + 1, limit: PAGE });
    if (events.length > 0) await applyEvents(sql, projection, generation, events);
    if (events.length < PAGE) return;
    position = events.at(-1)?.position ?? upTo;
  }
}

async function hasOldShapes(sql: Sql, projection: Projection, { after, upTo }: LogRange): Promise<boolean> {
  const changed = projection.events.filter((definition) => definition.schemaVersion > 1);
  if (changed.length === 0) return false;
  const [row] = await sql<{ found: boolean }>(HAS_OLD_SHAPES, [
    after,
    upTo,
    changed.map((definition) => definition.type),
    changed.map((definition) => definition.schemaVersion),
  ]);
  return row?.found ?? false;
}

async function apply(
  sql: Sql,
  projection: Projection,
  relation: string,
  parameters: readonly unknown[],
): Promise<void> {
  for (const statement of projection.apply) {
    const rest = statement.trimStart();
    const more = /^with\s/i.exec(rest);
    await sql(`with batch as (${relation})${more ? `, ${rest.slice(more[0].length)}` : ` ${rest}`}`, parameters);
  }
}
