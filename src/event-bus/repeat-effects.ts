import type { Sql } from '../database/sql.ts';
import type { StoredEvent } from '../event-store/domain-event.ts';

/**
 * A replay does no outside effect itself: it hands events to the handler's own lanes, by way of the parking place. There
 * they are worked like any other that is due: under the lane's lease, in order per aggregate, with retries, dead letters and
 * the ledger, which knows what was done already and lets none of it happen again.
 */

/** Rows of a replay that may wait in the parking place; beyond it the replay waits. */
export const MOST_PARKED = 500;

/** Puts those of the events that were never done into the parking place. In a transaction; locks the handler's lanes. */
export async function parkForRepeat(
  sql: Sql,
  handler: string,
  replayId: string,
  events: readonly StoredEvent[],
): Promise<void> {
  await lockLanes(sql, handler);
  await sql(
    `with wanted as (
       select w.*, event_lane(w.aggregate_type, w.aggregate_id, h.lanes) as lane
       from jsonb_to_recordset($3::jsonb) as w (position bigint, event_id uuid, event_type text, aggregate_type text, aggregate_id text)
       cross join handler h
       where h.name = $1 and not exists (select from handler_effect f where f.handler = $1 and f.event_id = w.event_id and f.outcome = 'done')
     )
     insert into parked_event (handler, lane, position, event_id, event_type, aggregate_type, aggregate_id, replay_id, next_attempt_at, state)
     select $1, w.lane, w.position, w.event_id, w.event_type, w.aggregate_type, w.aggregate_id, $2, clock_timestamp(),
            case when row_number() over (partition by w.aggregate_type, w.aggregate_id order by w.position) = 1
                  and not exists (select from parked_event p where p.handler = $1 and p.lane = w.lane and p.aggregate_type = w.aggregate_type
                                  and p.aggregate_id = w.aggregate_id)
                 then 'retrying' else 'waiting' end
     from wanted w on conflict (handler, position) do nothing`,
    [
      handler,
      replayId,
      JSON.stringify(
        events.map((event) => ({
          position: event.position,
          event_id: event.id,
          event_type: event.type,
          aggregate_type: event.aggregateType,
          aggregate_id: event.aggregateId,
        })),
      ),
    ],
  );
}

/** Of the events of a replay for one handler: how many are still to be worked, and how many will not be before an operator decides. */
export async function countParked(
  sql: Sql,
  handler: string,
  replayId: string,
): Promise<{ readonly open: number; readonly stuck: number }> {
  const [row] = await sql<{ open: number; stuck: number }>(
    `select count(*) filter (where not stuck)::int as open, count(*) filter (where stuck)::int as stuck
     from (select p.state = 'dead' or p.state = 'waiting' and exists (
             select from parked_event b where b.handler = p.handler and b.lane = p.lane and b.aggregate_type = p.aggregate_type
               and b.aggregate_id = p.aggregate_id and b.position < p.position and b.state = 'dead') as stuck
           from parked_event p where p.handler = $1 and p.replay_id = $2) parked`,
    [handler, replayId],
  );
  return row ?? { open: 0, stuck: 0 };
}

/** For a replay that was cancelled: takes out what is not done; what stood behind it goes on. */
export async function withdrawParked(sql: Sql, handlers: readonly string[], replayId: string): Promise<void> {
  for (const handler of handlers.toSorted()) {
    await lockLanes(sql, handler);
    await sql(`delete from parked_event where handler = $1 and replay_id = $2 and state <> 'dead'`, [
      handler,
      replayId,
    ]);
    await sql(
      `update parked_event p set state = 'retrying', next_attempt_at = clock_timestamp(), updated_at = clock_timestamp()
       where p.handler = $1 and p.state = 'waiting' and not exists (
         select from parked_event b where b.handler = p.handler and b.lane = p.lane and b.aggregate_type = p.aggregate_type
           and b.aggregate_id = p.aggregate_id and b.position < p.position)`,
      [handler],
    );
  }
}

async function lockLanes(sql: Sql, handler: string): Promise<void> {
  await sql('select 1 from handler_lane where handler = $1 order by lane for update', [handler]);
}
