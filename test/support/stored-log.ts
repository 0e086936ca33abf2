import type { Sql } from '../../src/database/sql.ts';
import { encodeCursor } from '../../src/event-store/cursor.ts';
import { waitFor } from './wait-for.ts';

/** One line of the view `inspect.events`. */
export interface StoredLine {
  readonly id: string;
  /** Null until the log has placed the event. */
  readonly cursor: string | null;
  readonly type: string;
  readonly aggregateType: string;
  readonly aggregateId: string;
  readonly version: number;
}

/** The whole log in its order, once every event in it has a position. */
export async function readStoredLog(sql: Sql): Promise<StoredLine[]> {
  return waitFor(
    async () => {
      const lines = await readLines(sql);
      return lines.every((line) => line.cursor !== null) && lines;
    },
    { describe: 'every event to have a position' },
  );
}

async function readLines(sql: Sql): Promise<StoredLine[]> {
  const rows = await sql<{
    event_id: string;
    position: string | null;
    type: string;
    aggregate_type: string;
    aggregate_id: string;
    version: number;
  }>(
    `select event_id, position::text as position, type, aggregate_type, aggregate_id, version
     from inspect.events order by inspect.events.position nulls last`,
  );
  return rows.map((row) => ({
    id: row.event_id,
    cursor: row.position === null ? null : encodeCursor(Number(row.position)),
    type: row.type,
    aggregateType: row.aggregate_type,
    aggregateId: row.aggregate_id,
    version: row.version,
  }));
}

export async function countEvents(sql: Sql): Promise<number> {
  const rows = await sql<{ count: number }>('select count(*)::int as count from event');
  return rows[0]?.count ?? 0;
}

/** Without those that only say that a command failed. */
export async function countChanges(sql: Sql): Promise<number> {
  const rows = await sql<{ count: number }>(
    `select count(*)::int as count from event where type !~ '^(BULK_)?(CREATE|UPDATE|DELETE)_FAILED$'`,
  );
  return rows[0]?.count ?? 0;
}

export interface LogFault {
  readonly aggregateType: string;
  readonly aggregateId: string;
  readonly fault: string;
}

/**
 * What the operators' views contradict each other about: every entity's version is that of its last event and every
 * live event stream has its entity, but for those of failed commands and those not named by a UUID, as of operations on many (C3), versions run 1..n (C4), positions are dense and versions ascend along them (C6).
 */
export async function findLogFaults(sql: Sql): Promise<LogFault[]> {
  await readStoredLog(sql);
  return sql<LogFault>(
    `with stream as (
       select aggregate_type, aggregate_id, max(version) as last, min(version) as first, count(*) as events, count(distinct version) as versions,
              bool_or(type like '%\\_DELETED') as deleted, bool_and(type ~ '^(BULK_)?(CREATE|UPDATE|DELETE)_FAILED$') as command
       from inspect.events group by 1, 2
     ), placed as (
       select *, lag(version) over (partition by aggregate_type, aggregate_id order by position) as before,
              row_number() over (order by position) as place
       from inspect.events
     ), faults as (
       select aggregate_type, aggregate_id, 'entity version ' || e.version || ', last event ' || coalesce(s.last::text, 'none') as fault
       from inspect.entities e left join stream s using (aggregate_type, aggregate_id) where s.last is distinct from e.version
       union all
       select aggregate_type, aggregate_id, 'no entity' from stream s left join inspect.entities e using (aggregate_type, aggregate_id)
       where not s.deleted and not s.command and e.version is null and aggregate_id ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-'
       union all
       select aggregate_type, aggregate_id, 'an entity that was deleted' from stream s join inspect.entities e using (aggregate_type, aggregate_id) where s.deleted
       union all
       select aggregate_type, aggregate_id, 'versions are not 1..n' from stream where first <> 1 or last <> events or versions <> events
       union all
       select aggregate_type, aggregate_id, 'version ' || version || ' stands behind ' || before from placed where before >= version
       union all
       select aggregate_type, aggregate_id, 'position ' || position || ' is number ' || place from placed where position <> place
     ) select aggregate_type as "aggregateType", aggregate_id as "aggregateId", fault from faults`,
  );
}
