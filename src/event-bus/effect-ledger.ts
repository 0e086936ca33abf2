import type { Sql } from '../database/sql.ts';
import type { StoredEvent } from '../event-store/domain-event.ts';
import type { LaneClaim } from './lane.ts';

/** Null where every effect is new. */
interface IntendedRow {
  readonly ids: readonly string[] | null;
  readonly attempts: readonly number[] | null;
  readonly none: boolean;
}

export interface Intent {
  readonly event: StoredEvent;
  readonly dedupeKey: string;
  /** 1 for the first; above it, an earlier attempt's outcome may be unknown. */
  readonly attempt: number;
}

/**
 * Writes down what is about to be done outside; leaves out what is done already. Only inside `inLane`.
 *
 *   (none) ──intend──▶ intended ──complete──▶ done
 *                         └──intend again, after a failure or a crash──▶ intended, attempts + 1
 */
export async function intend(
  sql: Sql,
  claim: LaneClaim,
  effects: readonly { readonly event: StoredEvent; readonly dedupeKey: string }[],
): Promise<Intent[]> {
  if (effects.length === 0) return [];
  // Nearly always all of them are new: then it is enough to be told so.
  const [intended] = await sql<IntendedRow>(
    `with intended as (
       insert into handler_effect as f (handler, event_id, outcome, attempts, dedupe_key, epoch)
       select $1, e.id, 'intended', 1, e.key, $2 from unnest($3::uuid[], $4::text[]) as e (id, key)
       on conflict (handler, event_id) do update
         set attempts = f.attempts + 1, epoch = excluded.epoch, intended_at = clock_timestamp() where f.outcome <> 'done'
       returning event_id, attempts
     )
     select case when count(*) < cardinality($3::uuid[]) or max(attempts) > 1 then array_agg(event_id::text) end as ids,
            case when count(*) < cardinality($3::uuid[]) or max(attempts) > 1 then array_agg(attempts) end as attempts,
            count(*) = 0 as none
     from intended`,
    [claim.handler, claim.epoch, effects.map(({ event }) => event.id), effects.map(({ dedupeKey }) => dedupeKey)],
  );
  const { ids = null, attempts: counts = null, none = true } = intended ?? {};
  if (none) return [];
  if (!ids || !counts) return effects.map((effect) => ({ ...effect, attempt: 1 }));
  const attempts = new Map(ids.map((id, index) => [id, counts[index]]));
  return effects.flatMap(({ event, dedupeKey }) => {
    const attempt = attempts.get(event.id);
    return attempt === undefined ? [] : [{ event, dedupeKey, attempt }];
  });
}

/** Marks effects as done and answers those that were not yet; only inside `inLane`. */
export async function complete<Event extends StoredEvent>(
  sql: Sql,
  claim: LaneClaim,
  events: readonly Event[],
): Promise<Event[]> {
  const [row] = await sql<{ marked: number; ids: readonly string[] | null }>(
    `with marked as (
       update handler_effect set outcome = 'done', completed_at = clock_timestamp()
       where handler = $1 and event_id = any($2::uuid[]) and outcome <> 'done' returning event_id
     )
     select count(*)::integer as marked, case when count(*) < cardinality($2::uuid[]) then array_agg(event_id::text) end as ids
     from marked`,
    [claim.handler, events.map((event) => event.id)],
  );
  if (row?.marked === events.length) return [...events];
  const marked = new Set(row?.ids ?? []);
  return events.filter((event) => marked.has(event.id));
}

/** Those that are not marked as done. */
export async function withoutDone(
  sql: Sql,
  claim: LaneClaim,
  events: readonly StoredEvent[],
): Promise<readonly StoredEvent[]> {
  if (events.length === 0) return events;
  const rows = await sql<{ event_id: string }>(
    `select event_id from handler_effect where handler = $1 and event_id = any($2::uuid[]) and outcome = 'done'`,
    [claim.handler, events.map((event) => event.id)],
  );
  const done = new Set(rows.map((row) => row.event_id));
  return events.filter((event) => !done.has(event.id));
}
