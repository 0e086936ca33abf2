import type { Sql } from '../database/sql.ts';

/** A person's events that have a place; what has none yet was written a moment ago and nothing was made of it. */
const THEIR_EVENTS = 'select event_id from event_position where subject_key = event_key($1::text)';

/**
 * Takes out what delivery keeps of a person besides the log: stored answers by and about them, and the texts of errors that
 * their events met, which may quote a value. Changes nothing about what is delivered, tried again or waited for.
 */
export async function forgetPerson(sql: Sql, personId: string): Promise<void> {
  await sql(
    `delete from command_answer where actor = $1::text or result::text like '%' || $1::text || '%'
       or event_ids && array(${THEIR_EVENTS})`,
    [personId],
  );
  await sql(
    `update handler h set last_error = null where last_error is not null
       and exists (select from parked_event p where p.handler = h.name and p.event_id in (${THEIR_EVENTS}))`,
    [personId],
  );
  await sql(
    `update parked_event set error_message = null where error_message is not null and event_id in (${THEIR_EVENTS})`,
    [personId],
  );
  await sql(`update replay_failure set error_message = '[erased]' where event_id in (${THEIR_EVENTS})`, [personId]);
  await sql(
    `with theirs as (
       update saga_instance set error = null,
         state = case when status in ('COMPLETED', 'COMPENSATED', 'CANCELLED') then '{}' else state end
       where started_by in (${THEIR_EVENTS}) returning saga, key
     )
     update saga_transition t set error = null from theirs where t.saga = theirs.saga and t.key = theirs.key and t.error is not null`,
    [personId],
  );
}
