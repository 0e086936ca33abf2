import { Migration } from '@mikro-orm/migrations';
import { statements } from './statements.ts';

/**
 * Sensitive fields of events, encrypted under a key of the person they are about.
 *
 * `event.sealed` holds the ciphertexts by the path of their field; in `data` and `metadata` something stands in their place.
 * The keys are in a schema of their own, so that they can be dumped, kept and restored apart from what they open: a backup of
 * the log alone opens nothing, and one made before an erasure finds no key any more.
 *
 * A program of before goes on working: it calls the new functions with the arguments it knows.
 */
export class Migration20261127000040_event_encryption extends Migration {
  override up(): void {
    for (const statement of [keys, appendEvents, readEventLog].flatMap(statements)) this.addSql(statement);
  }

  override down(): void {
    for (const statement of [appendEventsBefore, readEventLogBefore, withoutKeys].flatMap(statements)) {
      this.addSql(statement);
    }
  }
}

const keys = `
create schema key_store;
create table key_store.subject_key (
  subject_id uuid not null primary key,
  id text not null collate "C" unique,
  kek_id text collate "C",
  wrapped text,
  created_in xid8 not null default pg_current_xact_id(),
  created_at timestamptz not null default clock_timestamp(),
  erased_at timestamptz,
  constraint subject_key_is_whole_or_erased check ((wrapped is null) = (kek_id is null) and (wrapped is null) = (erased_at is not null))
);
comment on column key_store.subject_key.created_in is 'The transaction that made it: until that has committed, only it may use the key.';
create index subject_key_by_kek on key_store.subject_key (kek_id);
create index subject_key_erased on key_store.subject_key (erased_at) where erased_at is not null;
alter table event add column sealed jsonb;
comment on column event.sealed is 'Ciphertexts of sensitive fields, by path: key id, then nonce, ciphertext and tag in base64url.';
`;

const withoutKeys = `
alter table event drop column sealed;
drop table key_store.subject_key;
drop schema key_store;
`;

const appendEvents = `
drop function append_events(uuid, jsonb, text[], text[], integer[], integer[], integer[], integer[], uuid[], text[], integer[], uuid[], text[]);
create function append_events(
  p_command_id uuid, p_metadata jsonb,
  p_stream_types text[], p_stream_ids text[], p_expected integer[], p_counts integer[],
  p_stream_of integer[], p_ordinals integer[], p_ids uuid[], p_types text[], p_schema_versions integer[], p_subjects uuid[], p_data text[],
  p_sealed text[] default null
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
    insert into event (id, number, aggregate_type, aggregate_id, version, type, schema_version, subject_id, command_id, data, metadata, sealed)
    select e.id, nextval('event_number'), p_stream_types[e.stream], p_stream_ids[e.stream],
           v_versions[e.stream] - p_counts[e.stream] + e.ordinal, e.type, e.schema_version, e.subject, p_command_id, e.data::jsonb, p_metadata, e.sealed::jsonb
    from unnest(p_stream_of, p_ordinals, p_ids, p_types, p_schema_versions, p_subjects, p_data, p_sealed)
      as e (stream, ordinal, id, type, schema_version, subject, data, sealed)
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

const readEventLog = `
drop function read_event_log(bigint, integer);
create function read_event_log(p_after bigint, p_limit integer)
returns table (
  "position" text, id uuid, aggregate_type text, aggregate_id text, version integer, type text, schema_version integer,
  subject_id uuid, command_id uuid, data jsonb, metadata jsonb, sealed jsonb
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
           e.subject_id, e.command_id, e.data, e.metadata, e.sealed
    from (select position, event_id from event_position where position > p_after order by position limit p_limit) p
    cross join lateral (select * from event where event.id = p.event_id offset 0) e
    order by p.position;
end $$;
`;

const appendEventsBefore = `
drop function append_events(uuid, jsonb, text[], text[], integer[], integer[], integer[], integer[], uuid[], text[], integer[], uuid[], text[], text[]);
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

const readEventLogBefore = `
drop function read_event_log(bigint, integer);
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
