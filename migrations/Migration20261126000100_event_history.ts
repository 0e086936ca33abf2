import { Migration } from '@mikro-orm/migrations';
import { statements } from './statements.ts';

/**
 * History by filter: the ledger also holds, as numbers, what an event is looked for by, each with an index in log order.
 * And summaries of the log: which ids stand in which stretch of it, and how many events of which type there are per day.
 */
export class Migration20261126000100_event_history extends Migration {
  override up(): void {
    for (const statement of [eventKey, ledgerKeys, sequenceWithKeys, summaries].flatMap(statements)) {
      this.addSql(statement);
    }
  }

  override down(): void {
    for (const statement of [withoutSummaries, sequenceBefore, withoutLedgerKeys].flatMap(statements)) {
      this.addSql(statement);
    }
  }
}

// Of our own making rather than hashtextextended, whose values may differ between versions of PostgreSQL: they are stored.
const eventKey = `
create function event_key(p_text text) returns bigint
language sql immutable parallel safe strict
return ('x' || substr(md5(p_text), 1, 16))::bit(64)::bigint;
comment on function event_key(text) is 'A number to look for a text by. Two texts may share one: compare the text as well.';
`;

const ledgerKeys = `
alter table event_position
  add column aggregate_key bigint,
  add column correlation_key bigint,
  add column subject_key bigint,
  add column actor_key bigint;
do $$
declare
  v_ledger regclass;
begin
  for v_ledger in select inhrelid::regclass from pg_inherits where inhparent = 'event_position'::regclass loop
    execute format('alter table %s disable trigger user', v_ledger);
    execute format('update %s p set aggregate_key = event_key(e.aggregate_id), correlation_key = event_key(e.metadata->>''correlationId''),
        subject_key = event_key(e.subject_id::text), actor_key = event_key(e.metadata->>''userId'') from event e where e.id = p.event_id', v_ledger);
    execute format('alter table %s enable trigger user', v_ledger);
  end loop;
end $$;
create index event_position_by_aggregate on event_position (aggregate_key, position);
create index event_position_by_correlation on event_position (correlation_key, position);
create index event_position_by_subject on event_position (subject_key, position) where subject_key is not null;
create index event_position_by_actor on event_position (actor_key, position) where actor_key is not null;
-- Each partition has a unique index on the same column already.
drop index event_position_index;
`;

const withoutLedgerKeys = `
create index event_position_index on event_position (position);
alter table event_position drop column aggregate_key, drop column correlation_key, drop column subject_key, drop column actor_key;
drop function event_key(text);
`;

function sequenceEvents(columns: string, insertedColumns: string, insertedValues: string): string {
  return `
create or replace function sequence_events(p_high bigint, p_gap_from bigint[], p_gap_to bigint[], p_limit integer)
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
    select ${columns} from event e where e.number > p_high order by e.number limit p_limit
  ), overtaken as materialized (
    select ${columns} from unnest(p_gap_from, p_gap_to) as g (low, high) join event e on e.number between g.low and g.high
  ), base as materialized (
    select coalesce(max(position), 0) as head from event_position
  ), numbered as (
    insert into event_position (position, event_id, type${insertedColumns})
    select base.head + row_number() over (order by c.number), c.id, c.type${insertedValues}
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
}

const sequenceBefore = sequenceEvents('e.number, e.id, e.type', '', '');

const sequenceWithKeys = sequenceEvents(
  `e.number, e.id, e.type, event_key(e.aggregate_id) as aggregate_key, event_key(e.metadata->>'correlationId') as correlation_key,
           event_key(e.subject_id::text) as subject_key, event_key(e.metadata->>'userId') as actor_key`,
  ', aggregate_key, correlation_key, subject_key, actor_key',
  ', c.aggregate_key, c.correlation_key, c.subject_key, c.actor_key',
);

const summaries = `
create table log_summary (
  single boolean not null default true primary key check (single),
  position bigint not null
);
comment on table log_summary is 'How far the log is summed up in log_stretch and event_type_day.';
insert into log_summary (position) values (0);

create table log_stretch (
  number bigint not null primary key,
  first_position bigint not null,
  last_position bigint not null,
  lowest_id uuid not null,
  highest_id uuid not null
);
comment on table log_stretch is 'The ids, which are times, that stand in each stretch of 4,096 positions: where to look for a range of times.';

create table event_type_day (
  type text collate "C" not null,
  aggregate_type text collate "C" not null,
  day date not null,
  count bigint not null,
  first_at timestamptz not null,
  last_at timestamptz not null,
  primary key (type, aggregate_type, day)
);
create index event_type_day_by_aggregate_type on event_type_day (aggregate_type, type);
comment on table event_type_day is 'How many events there are, by the day (UTC) they were recorded on.';

create function summarize_log(p_limit integer) returns integer
language plpgsql as $$
declare
  v_from bigint;
  v_to bigint;
begin
  if not pg_try_advisory_xact_lock(7236003) then
    return 0;
  end if;
  select position into v_from from log_summary;
  select least(v_from + p_limit, max(position)) into v_to from event_position;
  if v_to is null or v_to <= v_from then
    return 0;
  end if;
  insert into log_stretch as s (number, first_position, last_position, lowest_id, highest_id)
  select (p.position - 1) / 4096, min(p.position), max(p.position), min(p.event_id::text collate "C")::uuid, max(p.event_id::text collate "C")::uuid
  from event_position p where p.position > v_from and p.position <= v_to group by 1
  on conflict (number) do update set last_position = excluded.last_position, lowest_id = least(s.lowest_id, excluded.lowest_id),
    highest_id = greatest(s.highest_id, excluded.highest_id);
  insert into event_type_day as d (type, aggregate_type, day, count, first_at, last_at)
  select p.type, e.aggregate_type, (event_id_time(e.id) at time zone 'UTC')::date, count(*), min(event_id_time(e.id)), max(event_id_time(e.id))
  from event_position p join event e on e.id = p.event_id where p.position > v_from and p.position <= v_to group by 1, 2, 3
  on conflict (type, aggregate_type, day) do update set count = d.count + excluded.count, first_at = least(d.first_at, excluded.first_at),
    last_at = greatest(d.last_at, excluded.last_at);
  update log_summary set position = v_to;
  return v_to - v_from;
end $$;
`;

const withoutSummaries = `
drop function summarize_log(integer);
drop table event_type_day, log_stretch, log_summary;
`;
