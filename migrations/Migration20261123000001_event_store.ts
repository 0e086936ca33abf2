import { Migration } from '@mikro-orm/migrations';
import { statements } from './statements.ts';

/**
 * The event store: streams (one version row per aggregate), events (insert-only, partitioned by month), and the ledger
 * that gives each committed event its dense position.
 *
 * Events are partitioned by their id. A UUIDv7 starts with its time, so a range of ids is a range of dates, and the
 * primary key on `id` stays unique over all partitions, which a key on (id, recorded_at) would not be.
 */
export class Migration20261123000001_event_store extends Migration {
  override up(): void {
    const scripts = [
      streams,
      events,
      positions,
      uuidFloor,
      insertOnly,
      ensurePartitions,
      'select ensure_event_partitions(3)',
      appendEvents,
      sequenceEvents,
      inspectViews,
    ];
    for (const statement of scripts.flatMap(statements)) this.addSql(statement);
  }

  override down(): void {
    const script = `
      drop schema inspect cascade;
      drop function sequence_events(bigint, bigint[], bigint[], integer);
      drop function append_events(uuid, jsonb, text[], text[], integer[], integer[], integer[], integer[], uuid[], text[], integer[], uuid[], text[]);
      drop table event_sequencer, event_position, event, event_stream;
      drop sequence event_number;
      drop function ensure_event_partitions(integer);
      drop function refuse_event_change();
      drop function event_id_floor(timestamptz);
    `;
    for (const statement of statements(script)) this.addSql(statement);
  }
}

const streams = `
create table event_stream (
  aggregate_type text collate "C" not null,
  aggregate_id text collate "C" not null,
  version integer not null check (version > 0),
  primary key (aggregate_type, aggregate_id)
) with (fillfactor = 80);
comment on table event_stream is 'One row per aggregate: its current version. Locked by every append until commit.';
`;

const events = `
create sequence event_number as bigint;
create table event (
  id uuid not null primary key,
  number bigint not null,
  aggregate_type text collate "C" not null,
  aggregate_id text collate "C" not null,
  version integer not null,
  type text collate "C" not null,
  schema_version integer not null,
  subject_id uuid,
  command_id uuid not null,
  recorded_at timestamptz not null default clock_timestamp(),
  data jsonb not null,
  metadata jsonb not null
) partition by range (id);
comment on column event.number is 'Insertion number, drawn while the stream row is locked: ascending with the version within an aggregate.';
create index event_number_index on event (number);
create index event_aggregate_index on event (aggregate_type, aggregate_id, version);
create table event_default partition of event default;
`;

const positions = `
create table event_position (
  position bigint not null,
  event_id uuid not null primary key,
  type text collate "C" not null
) partition by range (event_id);
comment on table event_position is 'The ledger: the dense position of each committed event, written after its commit by the sequencer alone.';
create index event_position_index on event_position (position);
create table event_position_default partition of event_position default;
create unique index event_position_default_position on event_position_default (position);

create table event_sequencer (
  single boolean not null default true primary key check (single),
  floor bigint not null
);
comment on table event_sequencer is 'Every event number up to floor is numbered or will never appear: where a starting sequencer begins to look.';
insert into event_sequencer (floor) values (0);
`;

const uuidFloor = `
create function event_id_floor(p_at timestamptz) returns uuid
language sql immutable parallel safe
return (lpad(to_hex(floor(extract(epoch from p_at) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid;
`;

const ensurePartitions = `
create function ensure_event_partitions(p_months_ahead integer) returns integer
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  v_month timestamptz := date_trunc('month', now() at time zone 'UTC') at time zone 'UTC';
  v_from timestamptz;
  v_low uuid;
  v_high uuid;
  v_name text;
  v_created integer := 0;
begin
  -- One node at a time; the others find the partitions in place.
  perform pg_advisory_xact_lock(7236002);
  for v_offset in -1 .. p_months_ahead loop
    v_from := ((v_month at time zone 'UTC') + make_interval(months => v_offset)) at time zone 'UTC';
    v_name := to_char(v_from at time zone 'UTC', '"_y"YYYY"m"MM');
    continue when to_regclass('public.event' || v_name) is not null;
    v_low := event_id_floor(v_from);
    v_high := event_id_floor(((v_from at time zone 'UTC') + interval '1 month') at time zone 'UTC');
    -- A month of which the default partition holds events already (of a clock that ran ahead) stays there: making it would fail.
    continue when exists (select from event_default where id >= v_low and id < v_high);
    execute format('create table event%s partition of event for values from (%L) to (%L)', v_name, v_low, v_high);
    execute format('create table event_position%s partition of event_position for values from (%L) to (%L)', v_name, v_low, v_high);
    execute format('create unique index event_position%s_position on event_position%s (position)', v_name, v_name);
    execute format('create trigger not_truncated before truncate on event%s for each statement execute function refuse_event_change()', v_name);
    execute format('create trigger not_truncated before truncate on event_position%s for each statement execute function refuse_event_change()', v_name);
    v_created := v_created + 1;
  end loop;
  return v_created;
end $$;
`;

// Partitions inherit the row triggers, not those on truncate: each gets its own.
const insertOnly = `
create function refuse_event_change() returns trigger language plpgsql as $$
begin
  raise exception 'The event log is append-only: % on % is refused.', tg_op, tg_table_name using errcode = 'SBA01';
end $$;
create trigger event_is_insert_only before update or delete on event for each row execute function refuse_event_change();
create trigger event_is_not_truncated before truncate on event for each statement execute function refuse_event_change();
create trigger not_truncated before truncate on event_default for each statement execute function refuse_event_change();
create trigger event_position_is_insert_only before update or delete on event_position for each row execute function refuse_event_change();
create trigger event_position_is_not_truncated before truncate on event_position for each statement execute function refuse_event_change();
create trigger not_truncated before truncate on event_position_default for each statement execute function refuse_event_change();
`;

// Streams are locked in one order by every append, so that appends to several streams cannot deadlock. The version row is
// raised first and verified afterwards: one statement does both the insert of a new stream and the update of an old one.
const appendEvents = `
create function append_events(
  p_command_id uuid, p_metadata jsonb,
  p_stream_types text[], p_stream_ids text[], p_expected integer[], p_counts integer[],
  p_stream_of integer[], p_ordinals integer[], p_ids uuid[], p_types text[], p_schema_versions integer[], p_subjects uuid[], p_data text[]
) returns integer[]
language plpgsql as $$
declare
  v_versions integer[];
  v_inserted integer := 0;
  v_conflict integer;
  v_known integer;
begin
  if cardinality(p_stream_ids) = 1 then
    insert into event_stream as s (aggregate_type, aggregate_id, version)
    values (p_stream_types[1], p_stream_ids[1], p_counts[1])
    on conflict (aggregate_type, aggregate_id) do update set version = s.version + excluded.version
    returning array[s.version] into v_versions;
    -- An expression: the statement that several streams need costs 15 µs more.
    if p_expected[1] >= 0 and v_versions[1] - p_counts[1] <> p_expected[1] then
      v_conflict := 1;
    end if;
  else
    with raised as (
      insert into event_stream as s (aggregate_type, aggregate_id, version)
      select u.type, u.id, u.count from unnest(p_stream_types, p_stream_ids, p_counts) as u (type, id, count)
      order by u.type collate "C", u.id collate "C"
      on conflict (aggregate_type, aggregate_id) do update set version = s.version + excluded.version
      returning s.aggregate_type, s.aggregate_id, s.version
    )
    select array_agg(raised.version order by u.place) into v_versions
    from unnest(p_stream_types, p_stream_ids) with ordinality as u (type, id, place)
    join raised on raised.aggregate_type = u.type and raised.aggregate_id = u.id;
    select min(u.place) into v_conflict
    from unnest(p_expected, v_versions, p_counts) with ordinality as u (expected, version, count, place)
    where u.expected >= 0 and u.version - u.count <> u.expected;
  end if;

  if v_conflict is null then
    insert into event (id, number, aggregate_type, aggregate_id, version, type, schema_version, subject_id, command_id, data, metadata)
    select e.id, nextval('event_number'), p_stream_types[e.stream], p_stream_ids[e.stream],
           v_versions[e.stream] - p_counts[e.stream] + e.ordinal, e.type, e.schema_version, e.subject, p_command_id, e.data::jsonb, p_metadata
    from unnest(p_stream_of, p_ordinals, p_ids, p_types, p_schema_versions, p_subjects, p_data)
      as e (stream, ordinal, id, type, schema_version, subject, data)
    on conflict (id) do nothing;
    get diagnostics v_inserted = row_count;
    if v_inserted = cardinality(p_ids) then
      return v_versions;
    end if;
  end if;

  -- Not a plain append: either the very same events are stored already (the caller retries after an unknown outcome), or it is a conflict.
  select count(*) into v_known
  from unnest(p_stream_of, p_ids, p_types, p_data) as e (stream, id, type, data)
  join event k on k.id = e.id and k.type = e.type and k.data = e.data::jsonb
   and k.aggregate_type = p_stream_types[e.stream] and k.aggregate_id = p_stream_ids[e.stream] and k.command_id = p_command_id;
  -- What this call inserted itself is found as well, and known before is then only a part.
  if v_inserted = 0 and v_known = cardinality(p_ids) then
    update event_stream s set version = s.version - u.count
    from unnest(p_stream_types, p_stream_ids, p_counts) as u (type, id, count)
    where s.aggregate_type = u.type and s.aggregate_id = u.id;
    select array_agg(k.version order by u.place) into v_versions
    from unnest(p_stream_types, p_stream_ids) with ordinality as u (type, id, place)
    cross join lateral (select max(e.version) as version from event e where e.aggregate_type = u.type and e.aggregate_id = u.id and e.id = any (p_ids)) k;
    return v_versions;
  end if;

  if v_conflict is not null then
    raise exception 'version conflict' using errcode = 'SBV01',
      detail = json_build_object('aggregateType', p_stream_types[v_conflict], 'aggregateId', p_stream_ids[v_conflict],
        'expectedVersion', p_expected[v_conflict], 'actualVersion', v_versions[v_conflict] - p_counts[v_conflict])::text;
  end if;
  raise exception 'event id conflict' using errcode = 'SBI01';
end $$;
`;

// The lock is taken in one statement and the numbering done in the next, whose snapshot therefore sees every position
// that an earlier holder committed. Only try: who does not get it leaves the work to who has it and looks again.
const sequenceEvents = `
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
    select number, id, type from event where number > p_high order by number limit p_limit
  ), overtaken as materialized (
    select e.number, e.id, e.type from unnest(p_gap_from, p_gap_to) as g (low, high) join event e on e.number between g.low and g.high
  ), base as materialized (
    select coalesce(max(position), 0) as head from event_position
  ), numbered as (
    insert into event_position (position, event_id, type)
    select base.head + row_number() over (order by c.number), c.id, c.type
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

const inspectViews = `
create schema inspect;
create view inspect.events as
  select e.id as event_id, p.position, e.aggregate_type, e.aggregate_id, e.version, e.type, e.command_id, e.recorded_at
  from event e left join event_position p on p.event_id = e.id;
`;
