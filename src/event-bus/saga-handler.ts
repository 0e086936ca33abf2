import { v7 } from 'uuid';
import type { StoredEvent } from '../event-store/domain-event.ts';
import { defineTransactionalHandler, type Handler } from './define-handler.ts';
import { eventsOf, type Saga, SAGAS_SIGNAL } from './define-saga.ts';
import { deadlineOf } from './saga-turn.ts';
import type { Signals } from './signals.ts';

/** At most one saga per key, ever: an event that is handed over again begins none. */
const START = `
  with begun as (
    insert into saga_instance (saga, key, id, status, step, awaits, started_by, correlation_id, deadline, due_at)
    select $1, s.key, s.id, 'RUNNING', $3, $4::text[], s.event_id, s.correlation_id, s.deadline,
           case when cardinality($4::text[]) = 0 then clock_timestamp() else s.deadline end
    from jsonb_to_recordset($2::jsonb) as s (key text, id uuid, event_id uuid, correlation_id text, deadline timestamptz)
    on conflict (saga, key) do nothing returning saga, key, started_by
  )
  insert into saga_transition (saga, key, number, kind, event_id) select saga, key, 1, 'STARTED', started_by from begun`;

/** Of each type the first event is kept. It makes the saga due if it waits for it, or if it ends it. */
const RECEIVE = `
  with came as (
    select distinct on (key, type) * from jsonb_to_recordset($2::jsonb) as c (key text, id uuid, type text, position bigint, ends boolean)
    order by key, type, position
  ), per_saga as (
    select key, jsonb_agg(jsonb_build_object('id', id, 'type', type, 'position', position) order by position) as events,
           array_agg(type) as types, (array_agg(id order by position) filter (where ends))[1] as ended_by
    from came group by key
  )
  update saga_instance i
  set received = i.received || (select coalesce(jsonb_agg(e), '[]') from jsonb_array_elements(p.events) e
                                where not exists (select from jsonb_array_elements(i.received) r where r->>'type' = e->>'type')),
      ended_by = coalesce(i.ended_by, p.ended_by), updated_at = clock_timestamp(),
      due_at = case when p.ended_by is not null or p.types && i.awaits then clock_timestamp() else i.due_at end
  from per_saga p where i.saga = $1 and i.key = p.key and i.status = 'RUNNING'`;

/**
 * Hands events to the sagas they concern, in the transaction of the checkpoint: begins new ones, and notes on those under
 * way what came. The steps themselves are run by the saga runner, which is told.
 *
 * One lane: events of one saga come from several aggregates, and their order counts.
 */
export function sagaHandler(saga: Saga, signals: Signals): Handler {
  const [first] = saga.steps;
  const ending = new Set(saga.endsOn.map((definition) => definition.type));
  return defineTransactionalHandler({
    name: saga.name,
    kind: 'SAGA',
    events: eventsOf(saga),
    startAt: saga.startAt,
    lanes: 1,
    async handle(events: readonly StoredEvent[], { sql, afterCommit }) {
      if (!first) return;
      const starts = events.filter((event) => event.type === saga.startsOn.type);
      if (starts.length > 0) {
        const begun = starts.map((event) => ({
          key: saga.keyOf(event),
          id: v7(),
          event_id: event.id,
          correlation_id: event.metadata.correlationId,
          deadline: deadlineOf(first, new Date(event.timestamp)),
        }));
        const awaits = (first.awaits ?? []).map((definition) => definition.type);
        await sql(START, [saga.name, JSON.stringify(begun), first.name, awaits]);
      }
      const others = events.filter((event) => event.type !== saga.startsOn.type);
      if (others.length > 0) {
        const came = others.map((event) => ({
          key: saga.keyOf(event),
          id: event.id,
          type: event.type,
          position: event.position,
          ends: ending.has(event.type),
        }));
        await sql(RECEIVE, [saga.name, JSON.stringify(came)]);
      }
      afterCommit(() => signals.raise(SAGAS_SIGNAL));
    },
  });
}
