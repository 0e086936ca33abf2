/**
 * Turns a migrated database into the rejected variant: the position stands in the event's own row, written by an UPDATE
 * after the commit. Same numbering algorithm and same result as the product's `sequence_events`, so that the product's
 * Sequencer drives both.
 *
 * The index is partial, so that an event costs no entry in it before it has a position. A fill factor would not help: an
 * update of an indexed column is never a heap-only one.
 */
export const NUMBER_BY_UPDATE = `
drop trigger event_is_insert_only on event;
alter table event add column position bigint;
do $$
declare v_partition regclass;
begin
  for v_partition in select inhrelid::regclass from pg_inherits where inhparent = 'event'::regclass loop
    execute format('create unique index %I on %s (position) where position is not null', v_partition || '_position', v_partition);
  end loop;
end $$;

create or replace function sequence_events(
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
  with fresh as materialized (
    select number, id, position from event where number > p_high order by number limit p_limit
  ), overtaken as materialized (
    select e.number, e.id, e.position from unnest(p_gap_from, p_gap_to) as g (low, high)
    cross join lateral (select number, id, position from event where number between g.low and g.high offset 0) e
  ), base as materialized (
    select coalesce((select position from event where position is not null order by position desc limit 1), 0) as head
  ), chosen as materialized (
    select base.head + row_number() over (order by c.number) as position, c.id
    from (select * from overtaken union all select * from fresh) c cross join base
    where c.position is null
  ), numbered as (
    update event e set position = chosen.position from chosen where e.id = chosen.id
    returning e.position
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
    v_seen_before := pg_current_xact_id()::text;
  end if;
  return json_build_object('acquired', true, 'head', v_result.base + v_result.numbered, 'numbered', v_result.numbered, 'fresh', v_result.fresh,
    'high', coalesce(v_result.high, p_high), 'found', v_result.found, 'holes', v_result.holes, 'seenBefore', v_seen_before, 'horizon', v_result.horizon, 'server', '');
end $$;
`;
