-- The schema after all migrations, as PostgreSQL 15 dumps it. Written by `npm run migrations:write`.

CREATE SCHEMA inspect;

CREATE FUNCTION public.append_events(p_command_id uuid, p_metadata jsonb, p_stream_types text[], p_stream_ids text[], p_expected integer[], p_counts integer[], p_stream_of integer[], p_ordinals integer[], p_ids uuid[], p_types text[], p_schema_versions integer[], p_subjects uuid[], p_data text[]) RETURNS integer[]
    LANGUAGE plpgsql
    AS $$
declare
  v_versions integer[];
  v_inserted integer;
  v_conflict record;
  v_known integer;
begin
  if cardinality(p_stream_ids) = 1 then
    insert into event_stream as s (aggregate_type, aggregate_id, version)
    values (p_stream_types[1], p_stream_ids[1], p_counts[1])
    on conflict (aggregate_type, aggregate_id) do update set version = s.version + excluded.version
    returning array[s.version] into v_versions;
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
  end if;

  select u.place, u.expected, u.version - u.count as actual into v_conflict
  from unnest(p_expected, v_versions, p_counts) with ordinality as u (expected, version, count, place)
  where u.expected >= 0 and u.version - u.count <> u.expected limit 1;

  if not found then
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
  if v_known = cardinality(p_ids) then
    update event_stream s set version = s.version - u.count
    from unnest(p_stream_types, p_stream_ids, p_counts) as u (type, id, count)
    where s.aggregate_type = u.type and s.aggregate_id = u.id;
    select array_agg(k.version order by u.place) into v_versions
    from unnest(p_stream_types, p_stream_ids) with ordinality as u (type, id, place)
    cross join lateral (select max(e.version) as version from event e where e.aggregate_type = u.type and e.aggregate_id = u.id and e.id = any (p_ids)) k;
    return v_versions;
  end if;

  if v_conflict.place is not null then
    raise exception 'version conflict' using errcode = 'SBV01',
      detail = json_build_object('aggregateType', p_stream_types[v_conflict.place], 'aggregateId', p_stream_ids[v_conflict.place],
        'expectedVersion', v_conflict.expected, 'actualVersion', v_conflict.actual)::text;
  end if;
  raise exception 'event id conflict' using errcode = 'SBI01';
end $$;

CREATE FUNCTION public.ensure_event_partitions(p_months_ahead integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
declare
  v_month timestamptz := date_trunc('month', now() at time zone 'UTC') at time zone 'UTC';
  v_from timestamptz;
  v_name text;
  v_created integer := 0;
begin
  -- One node at a time; the others find the partitions in place.
  perform pg_advisory_xact_lock(7236002);
  for v_offset in -1 .. p_months_ahead loop
    v_from := ((v_month at time zone 'UTC') + make_interval(months => v_offset)) at time zone 'UTC';
    v_name := to_char(v_from at time zone 'UTC', '"_y"YYYY"m"MM');
    continue when to_regclass('public.event' || v_name) is not null;
    execute format('create table event%s partition of event for values from (%L) to (%L)', v_name, event_id_floor(v_from),
      event_id_floor(((v_from at time zone 'UTC') + interval '1 month') at time zone 'UTC'));
    execute format('create table event_position%s partition of event_position for values from (%L) to (%L)', v_name,
      event_id_floor(v_from), event_id_floor(((v_from at time zone 'UTC') + interval '1 month') at time zone 'UTC'));
    execute format('create unique index event_position%s_position on event_position%s (position)', v_name, v_name);
    v_created := v_created + 1;
  end loop;
  return v_created;
end $$;

CREATE FUNCTION public.event_id_floor(p_at timestamp with time zone) RETURNS uuid
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ((lpad(to_hex((floor((EXTRACT(epoch FROM p_at) * (1000)::numeric)))::bigint), 12, '0'::text) || repeat('0'::text, 20)))::uuid;

CREATE FUNCTION public.refuse_event_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
  raise exception 'The event log is append-only: % on % is refused.', tg_op, tg_table_name using errcode = 'SBA01';
end $$;

CREATE FUNCTION public.sequence_events(p_high bigint, p_gap_from bigint[], p_gap_to bigint[], p_limit integer) RETURNS json
    LANGUAGE plpgsql
    AS $$
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

CREATE TABLE public.event (
    id uuid NOT NULL,
    number bigint NOT NULL,
    aggregate_type text NOT NULL COLLATE pg_catalog."C",
    aggregate_id text NOT NULL COLLATE pg_catalog."C",
    version integer NOT NULL,
    type text NOT NULL COLLATE pg_catalog."C",
    schema_version integer NOT NULL,
    subject_id uuid,
    command_id uuid NOT NULL,
    recorded_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    data jsonb NOT NULL,
    metadata jsonb NOT NULL
)
PARTITION BY RANGE (id);

COMMENT ON COLUMN public.event.number IS 'Insertion number, drawn while the stream row is locked: ascending with the version within an aggregate.';

CREATE TABLE public.event_position (
    "position" bigint NOT NULL,
    event_id uuid NOT NULL,
    type text NOT NULL COLLATE pg_catalog."C"
)
PARTITION BY RANGE (event_id);

COMMENT ON TABLE public.event_position IS 'The ledger: the dense position of each committed event, written after its commit by the sequencer alone.';

CREATE VIEW inspect.events AS
 SELECT e.id AS event_id,
    p."position",
    e.aggregate_type,
    e.aggregate_id,
    e.version,
    e.type,
    e.command_id,
    e.recorded_at
   FROM (public.event e
     LEFT JOIN public.event_position p ON ((p.event_id = e.id)));

CREATE TABLE public.event_default (
    id uuid NOT NULL,
    number bigint NOT NULL,
    aggregate_type text NOT NULL COLLATE pg_catalog."C",
    aggregate_id text NOT NULL COLLATE pg_catalog."C",
    version integer NOT NULL,
    type text NOT NULL COLLATE pg_catalog."C",
    schema_version integer NOT NULL,
    subject_id uuid,
    command_id uuid NOT NULL,
    recorded_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    data jsonb NOT NULL,
    metadata jsonb NOT NULL
);

CREATE SEQUENCE public.event_number
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

CREATE TABLE public.event_position_default (
    "position" bigint NOT NULL,
    event_id uuid NOT NULL,
    type text NOT NULL COLLATE pg_catalog."C"
);

CREATE TABLE public.event_sequencer (
    single boolean DEFAULT true NOT NULL,
    floor bigint NOT NULL,
    CONSTRAINT event_sequencer_single_check CHECK (single)
);

COMMENT ON TABLE public.event_sequencer IS 'Every event number up to floor is numbered or will never appear: where a starting sequencer begins to look.';

CREATE TABLE public.event_stream (
    aggregate_type text NOT NULL COLLATE pg_catalog."C",
    aggregate_id text NOT NULL COLLATE pg_catalog."C",
    version integer NOT NULL,
    CONSTRAINT event_stream_version_check CHECK ((version > 0))
)
WITH (fillfactor='80');

COMMENT ON TABLE public.event_stream IS 'One row per aggregate: its current version. Locked by every append until commit.';

ALTER TABLE ONLY public.event ATTACH PARTITION public.event_default DEFAULT;

ALTER TABLE ONLY public.event_position ATTACH PARTITION public.event_position_default DEFAULT;

ALTER TABLE ONLY public.event
    ADD CONSTRAINT event_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.event_default
    ADD CONSTRAINT event_default_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.event_position
    ADD CONSTRAINT event_position_pkey PRIMARY KEY (event_id);

ALTER TABLE ONLY public.event_position_default
    ADD CONSTRAINT event_position_default_pkey PRIMARY KEY (event_id);

ALTER TABLE ONLY public.event_sequencer
    ADD CONSTRAINT event_sequencer_pkey PRIMARY KEY (single);

ALTER TABLE ONLY public.event_stream
    ADD CONSTRAINT event_stream_pkey PRIMARY KEY (aggregate_type, aggregate_id);

CREATE INDEX event_aggregate_index ON ONLY public.event USING btree (aggregate_type, aggregate_id, version);

CREATE INDEX event_default_aggregate_type_aggregate_id_version_idx ON public.event_default USING btree (aggregate_type, aggregate_id, version);

CREATE INDEX event_number_index ON ONLY public.event USING btree (number);

CREATE INDEX event_default_number_idx ON public.event_default USING btree (number);

CREATE UNIQUE INDEX event_position_default_position ON public.event_position_default USING btree ("position");

CREATE INDEX event_position_index ON ONLY public.event_position USING btree ("position");

CREATE INDEX event_position_default_position_idx ON public.event_position_default USING btree ("position");

ALTER INDEX public.event_aggregate_index ATTACH PARTITION public.event_default_aggregate_type_aggregate_id_version_idx;

ALTER INDEX public.event_number_index ATTACH PARTITION public.event_default_number_idx;

ALTER INDEX public.event_pkey ATTACH PARTITION public.event_default_pkey;

ALTER INDEX public.event_position_pkey ATTACH PARTITION public.event_position_default_pkey;

ALTER INDEX public.event_position_index ATTACH PARTITION public.event_position_default_position_idx;

CREATE TRIGGER event_is_insert_only BEFORE DELETE OR UPDATE ON public.event FOR EACH ROW EXECUTE FUNCTION public.refuse_event_change();

CREATE TRIGGER event_is_not_truncated BEFORE TRUNCATE ON public.event FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_event_change();

CREATE TRIGGER event_position_is_insert_only BEFORE DELETE OR UPDATE ON public.event_position FOR EACH ROW EXECUTE FUNCTION public.refuse_event_change();

CREATE TRIGGER event_position_is_not_truncated BEFORE TRUNCATE ON public.event_position FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_event_change();
