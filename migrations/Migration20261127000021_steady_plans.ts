import { Migration } from '@mikro-orm/migrations';
import { statements } from './statements.ts';

/**
 * Numbering and reading the end of the log with plans that are made once, instead of at every call.
 *
 * Both queries look at every partition of two tables, which takes 2 to 5 ms to plan and a few tenths to run. PostgreSQL
 * planned them anew each time: it takes a plan for any parameters to be dearer, since it does not know that little is
 * ever behind the position it is given. Such a plan is made while the tables may be small and must be right when they are
 * large, so nothing in it is left to their size: what has an order is read in the order of an index, each event is
 * looked up through one (`offset 0` and the scalar subquery keep it from becoming a join of whole tables), and all else
 * is off.
 *
 * `sequence_events` also says which server it is, by the time it was started, and refuses to number for who knows another
 * server or higher numbers: the database has gone back to an older state since.
 */
export class Migration20261127000021_steady_plans extends Migration {
  override up(): void {
    for (const statement of [sequenceEvents, readEventLog].flatMap(statements)) this.addSql(statement);
  }

  override down(): void {
    this.addSql('drop function read_event_log(bigint, integer)');
    this.addSql('drop function sequence_events(bigint, bigint[], bigint[], integer, text)');
    for (const statement of statements(sequenceEventsBefore)) this.addSql(statement);
  }
}

const sequenceEvents = `
drop function sequence_events(bigint, bigint[], bigint[], integer);
create function sequence_events(
  p_high bigint, p_gap_from bigint[], p_gap_to bigint[], p_limit integer, p_server text default null
)
returns json
language plpgsql
set plan_cache_mode to force_generic_plan
set enable_seqscan to off
set enable_bitmapscan to off
set enable_sort to off
set jit to off
set max_parallel_workers_per_gather to 0
as $$
declare
  v_result record;
  v_seen_before text;
begin
  if not pg_try_advisory_xact_lock(7236001) then
    return json_build_object('acquired', false);
  end if;
  if p_server <> extract(epoch from pg_postmaster_start_time())::text or (select last_value < p_high from event_number) then
    return json_build_object('acquired', true, 'isAnotherHistory', true);
  end if;
  with fresh as materialized (
    select e.number, e.id, e.type, event_key(e.aggregate_id) as aggregate_key, event_key(e.metadata->>'correlationId') as correlation_key,
           event_key(e.subject_id::text) as subject_key, event_key(e.metadata->>'userId') as actor_key
    from event e where e.number > p_high order by e.number limit p_limit
  ), overtaken as materialized (
    select e.number, e.id, e.type, event_key(e.aggregate_id) as aggregate_key, event_key(e.metadata->>'correlationId') as correlation_key,
           event_key(e.subject_id::text) as subject_key, event_key(e.metadata->>'userId') as actor_key
    from unnest(p_gap_from, p_gap_to) as g (low, high)
    cross join lateral (select * from event where number between g.low and g.high offset 0) e
  ), base as materialized (
    select coalesce((select position from event_position order by position desc limit 1), 0) as head
  ), candidate as materialized (
    select c.*, (select p.position from event_position p where p.event_id = c.id) as position
    from (select * from overtaken union all select * from fresh) c
  ), numbered as (
    insert into event_position (position, event_id, type, aggregate_key, correlation_key, subject_key, actor_key)
    select (select head from base) + row_number() over (order by number), id, type,
           aggregate_key, correlation_key, subject_key, actor_key
    from candidate where position is null
    returning position
  ), steps as (
    select number, lag(number, 1, p_high) over (order by number) as previous from fresh
  )
  select (select head from base) as base,
         (select count(*) from numbered) as numbered,
         (select count(*) from fresh) as fresh,
         (select max(number) from fresh) as high,
         (select json_agg(number) from overtaken) as found,
         (select json_agg(json_build_array(previous + 1, number - 1) order by number) from steps where number > previous + 1) as holes,
         pg_snapshot_xmin(pg_current_snapshot())::text as horizon
  into v_result;
  if v_result.holes is not null then
    -- Whoever drew a missing number had its transaction id before the snapshot above, hence one below this one.
    v_seen_before := pg_current_xact_id()::text;
  end if;
  return json_build_object('acquired', true, 'head', v_result.base + v_result.numbered, 'numbered', v_result.numbered, 'fresh', v_result.fresh,
    'high', coalesce(v_result.high, p_high), 'found', v_result.found, 'holes', v_result.holes, 'seenBefore', v_seen_before, 'horizon', v_result.horizon,
    'server', extract(epoch from pg_postmaster_start_time())::text);
end $$;
`;

const readEventLog = `
create function read_event_log(p_after bigint, p_limit integer)
returns table (
  "position" text, id uuid, aggregate_type text, aggregate_id text, version integer, type text, schema_version integer,
  subject_id uuid, command_id uuid, data jsonb, metadata jsonb
)
language plpgsql stable
set plan_cache_mode to force_generic_plan
set enable_seqscan to off
set enable_bitmapscan to off
set enable_sort to off
set jit to off
set max_parallel_workers_per_gather to 0
as $$
#variable_conflict use_column
begin
  return query
    select p.position::text, e.id, e.aggregate_type, e.aggregate_id, e.version, e.type, e.schema_version,
           e.subject_id, e.command_id, e.data, e.metadata
    from (select position, event_id from event_position where position > p_after order by position limit p_limit) p
    cross join lateral (select * from event where event.id = p.event_id offset 0) e
    order by p.position;
end $$;
`;

const sequenceEventsBefore = `
create function sequence_events(p_high bigint, p_gap_from bigint[], p_gap_to bigint[], p_limit integer)
returns json
language plpgsql as $$
declare
  v_result record;
  v_seen_before text;
begin
  if not pg_try_advisory_xact_lock(7236001) then
    return json_build_object('acquired', false);
  end if;
  with fresh as materialized (
    select e.number, e.id, e.type, event_key(e.aggregate_id) as aggregate_key, event_key(e.metadata->>'correlationId') as correlation_key,
           event_key(e.subject_id::text) as subject_key, event_key(e.metadata->>'userId') as actor_key from event e where e.number > p_high order by e.number limit p_limit
  ), overtaken as materialized (
    select e.number, e.id, e.type, event_key(e.aggregate_id) as aggregate_key, event_key(e.metadata->>'correlationId') as correlation_key,
           event_key(e.subject_id::text) as subject_key, event_key(e.metadata->>'userId') as actor_key from unnest(p_gap_from, p_gap_to) as g (low, high) join event e on e.number between g.low and g.high
  ), base as materialized (
    select coalesce(max(position), 0) as head from event_position
  ), numbered as (
    insert into event_position (position, event_id, type, aggregate_key, correlation_key, subject_key, actor_key)
    select base.head + row_number() over (order by c.number), c.id, c.type, c.aggregate_key, c.correlation_key, c.subject_key, c.actor_key
    from (select * from overtaken union all select * from fresh) c cross join base
    where not exists (select from event_position p where p.event_id = c.id)
    returning position
  ), steps as (
    select number, lag(number, 1, p_high) over (order by number) as previous from fresh
  )
  select (select head from base) as base,
         (select count(*) from numbered) as numbered,
         (select count(*) from fresh) as fresh,
         (select max(number) from fresh) as high,
         (select json_agg(number) from overtaken) as found,
         (select json_agg(json_build_array(previous + 1, number - 1) order by number) from steps where number > previous + 1) as holes,
         pg_snapshot_xmin(pg_current_snapshot())::text as horizon
  into v_result;
  if v_result.holes is not null then
    -- Whoever drew a missing number had its transaction id before the snapshot above, hence one below this one.
    v_seen_before := pg_current_xact_id()::text;
  end if;
  return json_build_object('acquired', true, 'head', v_result.base + v_result.numbered, 'numbered', v_result.numbered, 'fresh', v_result.fresh,
    'high', coalesce(v_result.high, p_high), 'found', v_result.found, 'holes', v_result.holes, 'seenBefore', v_seen_before, 'horizon', v_result.horizon);
end $$;
`;
