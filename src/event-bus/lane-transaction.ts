import type { SqlEntityManager } from '@mikro-orm/sql';
import type { Database } from '../database/database.ts';
import { putOff, type Sql, sqlOf } from '../database/sql.ts';
import { transact } from '../database/transact.ts';
import type { StoredEvent } from '../event-store/domain-event.ts';
import { type LaneClaim, LaneLostError } from './lane.ts';

export interface LaneHold {
  readonly database: Database;
  readonly node: string;
  readonly leaseMs: number;
  /** The longest a statement in the lane's transactions may take; by default what the connection allows. Milliseconds. */
  readonly statementMs?: number;
}

export interface HeldLane {
  readonly em: SqlEntityManager;
  readonly sql: Sql;
  /** As stored: may be ahead of what the worker remembers, never behind. */
  readonly position: number;
  /** Whether anything of the lane is parked: then what comes next may have to wait behind it. */
  readonly hasParked: boolean;
}

/**
 * Runs work in a transaction that holds the lane's row: nobody can take the lane over before it ends, and if it was taken
 * over already nothing happens. A process that is stopped in the middle loses its session after one lease, and
 * the lock with it.
 *
 * A pause keeps work from beginning; what had begun before is still written down with `evenPaused`.
 *
 * @throws LaneLostError when another node holds the lane, or the handler is paused.
 */
export async function inLane<Result>(
  hold: LaneHold,
  claim: LaneClaim,
  work: (lane: HeldLane) => Promise<Result>,
  { evenPaused = false }: { readonly evenPaused?: boolean } = {},
): Promise<Result> {
  return transact(hold.database, async (em) => {
    const sql = sqlOf(em);
    const [row] = await sql<{ position: string; has_parked: boolean }>(
      `select l.position::text as position, set_config('idle_in_transaction_session_timeout', $5, true),
              set_config('statement_timeout', coalesce($6, current_setting('statement_timeout')), true),
              exists (select from parked_event p where p.handler = l.handler and p.lane = l.lane) as has_parked
       from handler_lane l join handler h on h.name = l.handler
       where l.handler = $1 and l.lane = $2 and l.holder = $3 and l.epoch = $4 and (not h.paused or $7) for update of l`,
      [
        claim.handler,
        claim.lane,
        hold.node,
        claim.epoch,
        String(hold.leaseMs),
        hold.statementMs === undefined ? null : String(hold.statementMs),
        evenPaused,
      ],
    );
    if (!row) throw new LaneLostError(`${claim.handler}/${claim.lane} is held by another node, or paused.`);
    return work({ em, sql, position: Number(row.position), hasParked: row.has_parked });
  });
}

/** Moves the checkpoint and counts what was handled, at the latest with the commit; only inside `inLane`. The checkpoint never goes back. */
export async function advanceLane(
  em: SqlEntityManager,
  claim: LaneClaim,
  upTo: number,
  handled: readonly StoredEvent[],
): Promise<void> {
  const counts = countByType(handled);
  await putOff(em, {
    text: `with moved as (
       update handler_lane set position = greatest(position, $3), updated_at = clock_timestamp(),
         last_processed_at = case when cardinality($4::text[]) > 0 then clock_timestamp() else last_processed_at end
       where handler = $1 and lane = $2
     )
     insert into handler_counter as c (handler, lane, event_type, processed)
     select $1, $2, u.type, u.count from unnest($4::text[], $5::bigint[]) as u (type, count)
     on conflict (handler, lane, event_type) do update set processed = c.processed + excluded.processed`,
    values: [claim.handler, claim.lane, upTo, [...counts.keys()], [...counts.values()]],
  });
}

export async function countFailure(sql: Sql, claim: LaneClaim, eventType: string): Promise<void> {
  await sql(
    `insert into handler_counter as c (handler, lane, event_type, failed) values ($1, $2, $3, 1)
     on conflict (handler, lane, event_type) do update set failed = c.failed + 1`,
    [claim.handler, claim.lane, eventType],
  );
}

function countByType(events: readonly StoredEvent[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const event of events) counts.set(event.type, (counts.get(event.type) ?? 0) + 1);
  return counts;
}
