-- The schema after all migrations, as PostgreSQL 15 dumps it. Written by `npm run migrations:write`.

CREATE SCHEMA inspect;

CREATE SCHEMA key_store;

CREATE TABLE public.app_user (
    id uuid NOT NULL,
    version integer NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    email text NOT NULL COLLATE pg_catalog."C",
    username text NOT NULL COLLATE pg_catalog."C",
    first_name text NOT NULL,
    last_name text NOT NULL,
    password_hash text,
    is_active boolean NOT NULL,
    role_id uuid NOT NULL,
    email_verified_at timestamp with time zone
);

CREATE FUNCTION public.app_user_search_text(u public.app_user) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN lower((((((((u).email || ' '::text) || (u).username) || ' '::text) || (u).first_name) || ' '::text) || (u).last_name));

CREATE FUNCTION public.append_events(p_command_id uuid, p_metadata jsonb, p_stream_types text[], p_stream_ids text[], p_expected integer[], p_counts integer[], p_stream_of integer[], p_ordinals integer[], p_ids uuid[], p_types text[], p_schema_versions integer[], p_subjects uuid[], p_data text[], p_sealed text[] DEFAULT NULL::text[]) RETURNS integer[]
    LANGUAGE plpgsql
    AS $$
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

CREATE FUNCTION public.claim_lanes(p_node uuid, p_handlers text[], p_lease_ms integer) RETURNS TABLE(handler text, lane integer, "position" bigint, epoch bigint, paused boolean, parked bigint, due boolean, share integer, movable boolean)
    LANGUAGE plpgsql
    AS $$
#variable_conflict use_column
declare
  v_lease interval := make_interval(secs => p_lease_ms / 1000.0);
  v_share integer;
  v_held integer;
  v_own text[];
  v_own_free integer;
begin
  insert into worker_node (id, handlers, last_seen_at) values (p_node, p_handlers, clock_timestamp())
  on conflict (id) do update set handlers = excluded.handlers, last_seen_at = excluded.last_seen_at;
  delete from worker_node where last_seen_at < clock_timestamp() - v_lease * 20;

  select coalesce(ceil(round(sum(h.lanes::numeric / h.nodes), 6)), 0)::integer, coalesce(array_agg(h.handler) filter (where h.nodes = 1), '{}')
  into v_share, v_own
  from (select l.handler, count(*) as lanes,
               (select count(*) from worker_node w where w.last_seen_at > clock_timestamp() - v_lease and l.handler = any (w.handlers)) as nodes
        from handler_lane l where l.handler = any (p_handlers) group by l.handler) h;

  update handler_lane l set lease_expires_at = clock_timestamp() + v_lease
  from (select r.handler, r.lane from handler_lane r where r.holder = p_node and r.handler = any (p_handlers) for update skip locked) mine
  where l.handler = mine.handler and l.lane = mine.lane;

  select count(*) into v_held from handler_lane l where l.holder = p_node and l.handler = any (p_handlers);
  select count(*) into v_own_free from handler_lane l
  where l.handler = any (v_own) and (l.holder is null or l.lease_expires_at < clock_timestamp()) and l.holder is distinct from p_node;
  if v_held < v_share or v_own_free > 0 then
    update handler_lane l
    set holder = p_node, epoch = l.epoch + 1, lease_expires_at = clock_timestamp() + v_lease, updated_at = clock_timestamp()
    from (select f.handler, f.lane from handler_lane f
          where f.handler = any (p_handlers) and (f.holder is null or f.lease_expires_at < clock_timestamp()) and f.holder is distinct from p_node
          order by f.handler = any (v_own) desc, f.lane, f.handler limit greatest(v_share - v_held, v_own_free) for update skip locked) free
    where l.handler = free.handler and l.lane = free.lane;
  end if;

  return query
    select l.handler, l.lane, l.position, l.epoch, h.paused,
           (select count(*) from parked_event p where p.handler = l.handler and p.lane = l.lane),
           exists (select from parked_event p where p.handler = l.handler and p.lane = l.lane and p.state = 'retrying'
                   and p.next_attempt_at <= clock_timestamp()),
           v_share, not l.handler = any (v_own)
    from handler_lane l join handler h on h.name = l.handler
    where l.holder = p_node and l.handler = any (p_handlers)
    order by l.lane, l.handler;
end $$;

CREATE FUNCTION public.ensure_event_partition(p_month timestamp with time zone) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
declare
  v_name text := to_char(p_month at time zone 'UTC', '"_y"YYYY"m"MM');
  v_low uuid := event_id_floor(p_month);
  v_high uuid := event_id_floor(((p_month at time zone 'UTC') + interval '1 month') at time zone 'UTC');
begin
  -- One node at a time; the others find the partitions in place.
  perform pg_advisory_xact_lock(7236002);
  if to_regclass('public.event' || v_name) is not null then return false; end if;
  -- A month of which the default partition holds events already (of a clock that ran ahead) stays there: making it would fail.
  if exists (select from event_default where id >= v_low and id < v_high) then return false; end if;
  execute format('create table event%s partition of event for values from (%L) to (%L)', v_name, v_low, v_high);
  execute format('create table event_position%s partition of event_position for values from (%L) to (%L)', v_name, v_low, v_high);
  execute format('create unique index event_position%s_position on event_position%s (position)', v_name, v_name);
  execute format('create trigger not_truncated before truncate on event%s for each statement execute function refuse_event_change()', v_name);
  execute format('create trigger not_truncated before truncate on event_position%s for each statement execute function refuse_event_change()', v_name);
  return true;
end $$;

COMMENT ON FUNCTION public.ensure_event_partition(p_month timestamp with time zone) IS 'p_month: its first instant in UTC. Whether it was made now.';

CREATE FUNCTION public.ensure_event_partitions(p_months_ahead integer) RETURNS integer
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
  select count(*) filter (where ensure_event_partition(m at time zone 'UTC'))::integer
  from generate_series(date_trunc('month', now() at time zone 'UTC') - interval '1 month',
                       date_trunc('month', now() at time zone 'UTC') + make_interval(months => p_months_ahead), interval '1 month') m
$$;

CREATE FUNCTION public.ensure_event_partitions_since(p_since timestamp with time zone) RETURNS integer
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
  select count(*) filter (where ensure_event_partition(m at time zone 'UTC'))::integer
  from generate_series(date_trunc('month', p_since at time zone 'UTC'), date_trunc('month', now() at time zone 'UTC'), interval '1 month') m
$$;

CREATE FUNCTION public.event_id_floor(p_at timestamp with time zone) RETURNS uuid
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ((lpad(to_hex((floor((EXTRACT(epoch FROM p_at) * (1000)::numeric)))::bigint), 12, '0'::text) || repeat('0'::text, 20)))::uuid;

CREATE FUNCTION public.event_id_time(p_id uuid) RETURNS timestamp with time zone
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ('1970-01-01 00:00:00+00'::timestamp with time zone + ((((('x'::text || "left"(replace((p_id)::text, '-'::text, ''::text), 12)))::bit(48))::bigint)::double precision * '00:00:00.001'::interval));

CREATE FUNCTION public.event_key(p_text text) RETURNS bigint
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN ((('x'::text || substr(md5(p_text), 1, 16)))::bit(64))::bigint;

COMMENT ON FUNCTION public.event_key(p_text text) IS 'A number to look for a text by. Two texts may share one: compare the text as well.';

CREATE FUNCTION public.event_lane(p_aggregate_type text, p_aggregate_id text, p_lanes integer) RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (((((('x'::text || substr(md5(((p_aggregate_type || '/'::text) || p_aggregate_id)), 1, 8)))::bit(32))::bigint & (2147483647)::bigint) % (p_lanes)::bigint))::integer;

CREATE FUNCTION public.purge_audit_details(p_person uuid) RETURNS integer
    LANGUAGE plpgsql
    AS $$
declare
  v_purged integer;
begin
  insert into audit_purge (person_id) values (p_person) on conflict (person_id) do nothing;
  update audit_detail d
  set details = case when a.subject_id = p_person then null else d.details end,
      details_salt = case when a.subject_id = p_person then null else d.details_salt end,
      ip_address = case when coalesce(a.user_id, a.subject_id) = p_person then null else d.ip_address end,
      user_agent = case when coalesce(a.user_id, a.subject_id) = p_person then null else d.user_agent end,
      origin_salt = case when coalesce(a.user_id, a.subject_id) = p_person then null else d.origin_salt end
  from audit_log a
  where a.sequence = d.sequence
    and (a.subject_id = p_person and d.details_salt is not null
      or coalesce(a.user_id, a.subject_id) = p_person and d.origin_salt is not null)
    and (a.subject_id = p_person or a.user_id = p_person);
  get diagnostics v_purged = row_count;
  return v_purged;
end $$;

CREATE FUNCTION public.raise_version_conflict(p_aggregate_type text, p_aggregate_id text, p_expected integer) RETURNS integer
    LANGUAGE plpgsql
    AS $$
declare
  v_actual integer;
begin
  select version into v_actual from event_stream where aggregate_type = p_aggregate_type and aggregate_id = p_aggregate_id;
  raise exception 'version conflict' using errcode = 'SBV01',
    detail = json_build_object('aggregateType', p_aggregate_type, 'aggregateId', p_aggregate_id,
      'expectedVersion', p_expected, 'actualVersion', coalesce(v_actual, 0))::text;
end $$;

CREATE FUNCTION public.read_event_log(p_after bigint, p_limit integer) RETURNS TABLE("position" text, id uuid, aggregate_type text, aggregate_id text, version integer, type text, schema_version integer, subject_id uuid, command_id uuid, data jsonb, metadata jsonb, sealed jsonb)
    LANGUAGE plpgsql STABLE
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_bitmapscan TO 'off'
    SET enable_sort TO 'off'
    SET jit TO 'off'
    SET max_parallel_workers_per_gather TO '0'
    AS $$
#variable_conflict use_column
begin
  return query
    select p.position::text, e.id, e.aggregate_type, e.aggregate_id, e.version, e.type, e.schema_version,
           e.subject_id, e.command_id, e.data, e.metadata, e.sealed
    from (select position, event_id from event_position where position > p_after order by position limit p_limit) p
    cross join lateral (select * from event where event.id = p.event_id offset 0) e
    order by p.position;
end $$;

CREATE FUNCTION public.refuse_audit_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
  raise exception 'The audit log is append-only: % on % is refused.', tg_op, tg_table_name using errcode = 'SBA02';
end $$;

CREATE FUNCTION public.refuse_audit_detail_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
declare
  v_entry audit_log;
begin
  select * into v_entry from audit_log where sequence = old.sequence;
  if new.sequence = old.sequence
    and ((new.details, new.details_salt) is not distinct from (old.details, old.details_salt)
      or new.details is null and new.details_salt is null
        and exists (select from audit_purge where person_id = v_entry.subject_id))
    and ((new.ip_address, new.user_agent, new.origin_salt) is not distinct from (old.ip_address, old.user_agent, old.origin_salt)
      or new.ip_address is null and new.user_agent is null and new.origin_salt is null
        and exists (select from audit_purge where person_id = coalesce(v_entry.user_id, v_entry.subject_id)))
  then
    return new;
  end if;
  raise exception 'Audit details change only by being purged.' using errcode = 'SBA02';
end $$;

CREATE FUNCTION public.refuse_event_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
  raise exception 'The event log is append-only: % on % is refused.', tg_op, tg_table_name using errcode = 'SBA01';
end $$;

CREATE FUNCTION public.sequence_and_read_events(p_high bigint, p_gap_from bigint[], p_gap_to bigint[], p_limit integer, p_server text, p_after bigint, p_page integer) RETURNS TABLE(result json, "position" text, id uuid, aggregate_type text, aggregate_id text, version integer, type text, schema_version integer, subject_id uuid, command_id uuid, data jsonb, metadata jsonb, sealed jsonb)
    LANGUAGE plpgsql
    AS $$
#variable_conflict use_column
begin
  result := sequence_events(p_high, p_gap_from, p_gap_to, p_limit, p_server);
  return next;
  return query
    select null::json, l.position, l.id, l.aggregate_type, l.aggregate_id, l.version, l.type, l.schema_version,
           l.subject_id, l.command_id, l.data, l.metadata, l.sealed
    from read_event_log(p_after, p_page) l;
end $$;

CREATE FUNCTION public.sequence_events(p_high bigint, p_gap_from bigint[], p_gap_to bigint[], p_limit integer, p_server text DEFAULT NULL::text) RETURNS json
    LANGUAGE plpgsql
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_bitmapscan TO 'off'
    SET enable_sort TO 'off'
    SET jit TO 'off'
    SET max_parallel_workers_per_gather TO '0'
    AS $$
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

CREATE FUNCTION public.summarize_log(p_limit integer) RETURNS integer
    LANGUAGE plpgsql
    AS $$
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

CREATE TABLE public.parked_event (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    handler text NOT NULL COLLATE pg_catalog."C",
    "position" bigint NOT NULL,
    lane integer NOT NULL,
    event_id uuid NOT NULL,
    event_type text NOT NULL COLLATE pg_catalog."C",
    aggregate_type text NOT NULL COLLATE pg_catalog."C",
    aggregate_id text NOT NULL COLLATE pg_catalog."C",
    state text NOT NULL COLLATE pg_catalog."C",
    attempts integer DEFAULT 0 NOT NULL,
    next_attempt_at timestamp with time zone,
    error_class text,
    error_message text,
    parked_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    updated_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    replay_id uuid,
    CONSTRAINT parked_event_state_check CHECK ((state = ANY (ARRAY['retrying'::text, 'waiting'::text, 'dead'::text])))
);

COMMENT ON TABLE public.parked_event IS 'Events a handler failed on (retrying, then dead) and later events of the same aggregate that wait behind them.';

COMMENT ON COLUMN public.parked_event.replay_id IS 'The replay that put it here.';

CREATE VIEW inspect.dead_letters AS
 SELECT parked_event.handler,
    parked_event.event_id,
    parked_event.attempts,
    parked_event.error_class,
    parked_event.parked_at AS created_at
   FROM public.parked_event
  WHERE (parked_event.state = 'dead'::text);

CREATE TABLE public.app_order (
    id uuid NOT NULL,
    version integer NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    order_number text NOT NULL COLLATE pg_catalog."C",
    customer_id uuid NOT NULL,
    status text NOT NULL COLLATE pg_catalog."C",
    currency text NOT NULL COLLATE pg_catalog."C",
    total bigint NOT NULL,
    lines jsonb NOT NULL,
    CONSTRAINT app_order_status_check CHECK ((status = ANY (ARRAY['PENDING'::text, 'PAID'::text, 'CANCELLED'::text])))
);

COMMENT ON TABLE public.app_order IS 'Read model of the aggregate Order, written with each of its events in the same transaction.';

CREATE TABLE public.payment (
    id uuid NOT NULL,
    version integer NOT NULL,
    created_at timestamp with time zone NOT NULL,
    order_id uuid NOT NULL,
    order_number text NOT NULL COLLATE pg_catalog."C",
    customer_id uuid NOT NULL,
    amount bigint NOT NULL,
    currency text NOT NULL COLLATE pg_catalog."C",
    method text NOT NULL COLLATE pg_catalog."C",
    transaction_id text COLLATE pg_catalog."C",
    status text NOT NULL COLLATE pg_catalog."C",
    failure_reason text COLLATE pg_catalog."C",
    CONSTRAINT payment_status_check CHECK ((status = ANY (ARRAY['PENDING'::text, 'PROCESSED'::text, 'FAILED'::text])))
);

COMMENT ON TABLE public.payment IS 'Read model of the aggregate Payment, written with each of its events in the same transaction.';

CREATE TABLE public.role (
    id uuid NOT NULL,
    version integer NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    name text NOT NULL COLLATE pg_catalog."C",
    description text NOT NULL,
    permissions text[] NOT NULL,
    built_in boolean NOT NULL
);

CREATE TABLE public.system_maintenance (
    id text NOT NULL,
    version integer NOT NULL,
    reason text NOT NULL,
    started_at timestamp with time zone NOT NULL,
    expected_end timestamp with time zone,
    completed_at timestamp with time zone
);

COMMENT ON TABLE public.system_maintenance IS 'Read model of the aggregate System: the last window, open until it is completed.';

CREATE TABLE public.user_settings (
    id uuid NOT NULL,
    version integer NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    user_id uuid NOT NULL,
    theme text NOT NULL COLLATE pg_catalog."C",
    language text NOT NULL COLLATE pg_catalog."C",
    email_notifications boolean NOT NULL,
    sms_notifications boolean NOT NULL,
    marketing_emails boolean NOT NULL,
    CONSTRAINT user_settings_theme_check CHECK ((theme = ANY (ARRAY['light'::text, 'dark'::text, 'system'::text])))
);

CREATE VIEW inspect.entities AS
 SELECT 'User'::text AS aggregate_type,
    (app_user.id)::text AS aggregate_id,
    app_user.version
   FROM public.app_user
UNION ALL
 SELECT 'Role'::text AS aggregate_type,
    (role.id)::text AS aggregate_id,
    role.version
   FROM public.role
UNION ALL
 SELECT 'Order'::text AS aggregate_type,
    (app_order.id)::text AS aggregate_id,
    app_order.version
   FROM public.app_order
UNION ALL
 SELECT 'Payment'::text AS aggregate_type,
    (payment.id)::text AS aggregate_id,
    payment.version
   FROM public.payment
UNION ALL
 SELECT 'UserSettings'::text AS aggregate_type,
    (user_settings.id)::text AS aggregate_id,
    user_settings.version
   FROM public.user_settings
UNION ALL
 SELECT 'System'::text AS aggregate_type,
    system_maintenance.id AS aggregate_id,
    system_maintenance.version
   FROM public.system_maintenance;

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
    metadata jsonb NOT NULL,
    sealed jsonb
)
PARTITION BY RANGE (id);

COMMENT ON COLUMN public.event.number IS 'Insertion number, drawn while the stream row is locked: ascending with the version within an aggregate.';

COMMENT ON COLUMN public.event.sealed IS 'Ciphertexts of sensitive fields, by path: key id, then nonce, ciphertext and tag in base64url.';

CREATE TABLE public.event_position (
    "position" bigint NOT NULL,
    event_id uuid NOT NULL,
    type text NOT NULL COLLATE pg_catalog."C",
    aggregate_key bigint,
    correlation_key bigint,
    subject_key bigint,
    actor_key bigint
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

CREATE TABLE public.handler_effect (
    handler text NOT NULL COLLATE pg_catalog."C",
    event_id uuid NOT NULL,
    outcome text NOT NULL COLLATE pg_catalog."C",
    attempts integer NOT NULL,
    dedupe_key text NOT NULL COLLATE pg_catalog."C",
    epoch bigint NOT NULL,
    intended_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    completed_at timestamp with time zone,
    CONSTRAINT handler_effect_outcome_check CHECK ((outcome = ANY (ARRAY['intended'::text, 'done'::text])))
)
WITH (fillfactor='80');

COMMENT ON TABLE public.handler_effect IS 'Written before an outside effect (intended) and after it (done): what is done is never done again, a replay included.';

CREATE VIEW inspect.handler_effects AS
 SELECT handler_effect.handler,
    handler_effect.event_id,
    handler_effect.outcome,
    handler_effect.attempts,
    handler_effect.dedupe_key,
    handler_effect.completed_at
   FROM public.handler_effect;

CREATE TABLE public.handler_lane (
    handler text NOT NULL COLLATE pg_catalog."C",
    lane integer NOT NULL,
    "position" bigint NOT NULL,
    epoch bigint DEFAULT 0 NOT NULL,
    holder uuid,
    lease_expires_at timestamp with time zone,
    last_processed_at timestamp with time zone,
    updated_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
)
WITH (fillfactor='50');

COMMENT ON TABLE public.handler_lane IS 'Every matching event of the lane up to position is handled or parked. The epoch rises with each new holder: writes of an older one are refused.';

CREATE VIEW inspect.handler_progress AS
 SELECT handler_lane.handler,
    handler_lane.lane,
    handler_lane."position",
    handler_lane.epoch,
    handler_lane.updated_at
   FROM public.handler_lane;

CREATE TABLE public.background_job (
    id uuid NOT NULL,
    kind text NOT NULL COLLATE pg_catalog."C",
    subject text COLLATE pg_catalog."C",
    parameters jsonb NOT NULL,
    state jsonb DEFAULT '{}'::jsonb NOT NULL,
    status text DEFAULT 'PENDING'::text NOT NULL COLLATE pg_catalog."C",
    dry_run boolean NOT NULL,
    total bigint DEFAULT 0 NOT NULL,
    processed bigint DEFAULT 0 NOT NULL,
    failed integer DEFAULT 0 NOT NULL,
    requested_by uuid,
    reason text,
    correlation_id text NOT NULL,
    holder uuid,
    epoch bigint DEFAULT 0 NOT NULL,
    lease_expires_at timestamp with time zone,
    requested_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    started_at timestamp with time zone,
    finished_at timestamp with time zone,
    updated_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    error text,
    CONSTRAINT background_job_kind_check CHECK ((kind = ANY (ARRAY['REPLAY'::text, 'REBUILD'::text, 'ERASURE'::text]))),
    CONSTRAINT background_job_status_check CHECK ((status = ANY (ARRAY['PENDING'::text, 'RUNNING'::text, 'COMPLETED'::text, 'CANCELLED'::text, 'FAILED'::text])))
)
WITH (fillfactor='50');

COMMENT ON TABLE public.background_job IS 'Work on the log that any worker does under a lease: replays, and rebuilds of projections.';

CREATE VIEW inspect.leases AS
 SELECT ((handler_lane.handler || '/'::text) || handler_lane.lane) AS name,
    handler_lane.holder,
    handler_lane.epoch,
    handler_lane.lease_expires_at AS expires_at
   FROM public.handler_lane
UNION ALL
 SELECT ('job/'::text || background_job.id) AS name,
    background_job.holder,
    background_job.epoch,
    background_job.lease_expires_at AS expires_at
   FROM public.background_job
  WHERE (background_job.status = ANY (ARRAY['PENDING'::text, 'RUNNING'::text]));

CREATE TABLE key_store.subject_key (
    subject_id uuid NOT NULL,
    id text NOT NULL COLLATE pg_catalog."C",
    kek_id text COLLATE pg_catalog."C",
    wrapped text,
    created_in xid8 DEFAULT pg_current_xact_id() NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    erased_at timestamp with time zone,
    CONSTRAINT subject_key_is_whole_or_erased CHECK ((((wrapped IS NULL) = (kek_id IS NULL)) AND ((wrapped IS NULL) = (erased_at IS NOT NULL))))
);

COMMENT ON COLUMN key_store.subject_key.created_in IS 'The transaction that made it: until that has committed, only it may use the key.';

CREATE TABLE public.account_token (
    hash text NOT NULL COLLATE pg_catalog."C",
    purpose text NOT NULL COLLATE pg_catalog."C",
    user_id uuid,
    address_hash text NOT NULL COLLATE pg_catalog."C",
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT account_token_purpose_check CHECK ((purpose = ANY (ARRAY['VERIFY_EMAIL'::text, 'RESET_PASSWORD'::text, 'SET_PASSWORD'::text])))
);

COMMENT ON TABLE public.account_token IS 'Only hashes. Rows without a user stand for addresses nobody has: a reset asked for one costs the same.';

CREATE TABLE public.aggregate_snapshot (
    aggregate_type text NOT NULL COLLATE pg_catalog."C",
    aggregate_id text NOT NULL COLLATE pg_catalog."C",
    fold_version integer NOT NULL,
    version integer NOT NULL,
    subject_id uuid,
    state jsonb NOT NULL,
    taken_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);

COMMENT ON TABLE public.aggregate_snapshot IS 'The newest snapshot of an aggregate, to shorten its loading. May be deleted at any time.';

COMMENT ON COLUMN public.aggregate_snapshot.subject_id IS 'The person the state is about: with their data, the snapshot goes.';

CREATE TABLE public.audit_detail (
    sequence bigint NOT NULL,
    details jsonb,
    details_salt text COLLATE pg_catalog."C",
    ip_address text,
    user_agent text,
    origin_salt text COLLATE pg_catalog."C"
);

COMMENT ON TABLE public.audit_detail IS 'What may be erased of an entry. The chain holds a salted digest of it, so it can be checked while it is there and blanked without breaking the chain.';

CREATE TABLE public.audit_log (
    sequence bigint NOT NULL,
    event_id uuid NOT NULL,
    event_type text NOT NULL COLLATE pg_catalog."C",
    "position" bigint NOT NULL,
    action text NOT NULL COLLATE pg_catalog."C",
    resource text NOT NULL COLLATE pg_catalog."C",
    resource_id text NOT NULL COLLATE pg_catalog."C",
    user_id uuid,
    subject_id uuid,
    correlation_id text NOT NULL COLLATE pg_catalog."C",
    occurred_at timestamp(3) with time zone NOT NULL,
    details_digest text NOT NULL COLLATE pg_catalog."C",
    origin_digest text NOT NULL COLLATE pg_catalog."C",
    previous_hash text NOT NULL COLLATE pg_catalog."C",
    hash text NOT NULL COLLATE pg_catalog."C",
    CONSTRAINT audit_log_sequence_check CHECK ((sequence > 0))
);

COMMENT ON TABLE public.audit_log IS 'Dense from 1. hash covers every other column, previous_hash included: docs/decisions/008-audit-chain.md.';

CREATE TABLE public.audit_purge (
    person_id uuid NOT NULL,
    purged_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);

COMMENT ON TABLE public.audit_purge IS 'Whose personal details were taken out of the audit log: the licence for blanking, and what tells it from tampering.';

CREATE TABLE public.bootstrap_token (
    hash text NOT NULL COLLATE pg_catalog."C",
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);

CREATE TABLE public.command_answer (
    actor text NOT NULL COLLATE pg_catalog."C",
    key text NOT NULL COLLATE pg_catalog."C",
    command text NOT NULL COLLATE pg_catalog."C",
    input_hash text NOT NULL COLLATE pg_catalog."C",
    command_id uuid NOT NULL,
    result jsonb,
    event_ids uuid[] DEFAULT '{}'::uuid[] NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);

COMMENT ON TABLE public.command_answer IS 'What a command with an idempotency key answered, written in the transaction of its effect.';

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
    metadata jsonb NOT NULL,
    sealed jsonb
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
    type text NOT NULL COLLATE pg_catalog."C",
    aggregate_key bigint,
    correlation_key bigint,
    subject_key bigint,
    actor_key bigint
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

CREATE TABLE public.event_type_day (
    type text NOT NULL COLLATE pg_catalog."C",
    aggregate_type text NOT NULL COLLATE pg_catalog."C",
    day date NOT NULL,
    count bigint NOT NULL,
    first_at timestamp with time zone NOT NULL,
    last_at timestamp with time zone NOT NULL
);

COMMENT ON TABLE public.event_type_day IS 'How many events there are, by the day (UTC) they were recorded on.';

CREATE TABLE public.handler (
    name text NOT NULL COLLATE pg_catalog."C",
    kind text NOT NULL COLLATE pg_catalog."C",
    lanes integer NOT NULL,
    paused boolean DEFAULT false NOT NULL,
    registered_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    last_error text,
    last_error_at timestamp with time zone,
    CONSTRAINT handler_lanes_check CHECK ((lanes > 0))
);

CREATE TABLE public.handler_counter (
    handler text NOT NULL COLLATE pg_catalog."C",
    lane integer NOT NULL,
    event_type text NOT NULL COLLATE pg_catalog."C",
    processed bigint DEFAULT 0 NOT NULL,
    failed bigint DEFAULT 0 NOT NULL
)
WITH (fillfactor='50');

CREATE UNLOGGED TABLE public.live_node (
    node uuid NOT NULL,
    seen_at timestamp with time zone NOT NULL,
    asked bigint DEFAULT 0 NOT NULL,
    answered bigint DEFAULT 0 NOT NULL,
    answered_at timestamp with time zone,
    connections jsonb DEFAULT '[]'::jsonb NOT NULL
);

CREATE TABLE public.log_stretch (
    number bigint NOT NULL,
    first_position bigint NOT NULL,
    last_position bigint NOT NULL,
    lowest_id uuid NOT NULL,
    highest_id uuid NOT NULL
);

COMMENT ON TABLE public.log_stretch IS 'The ids, which are times, that stand in each stretch of 4,096 positions: where to look for a range of times.';

CREATE TABLE public.log_summary (
    single boolean DEFAULT true NOT NULL,
    "position" bigint NOT NULL,
    CONSTRAINT log_summary_single_check CHECK (single)
);

COMMENT ON TABLE public.log_summary IS 'How far the log is summed up in log_stretch and event_type_day.';

CREATE TABLE public.notification (
    number bigint NOT NULL,
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    recipient_id uuid NOT NULL,
    event_id uuid NOT NULL,
    event_type text NOT NULL COLLATE pg_catalog."C",
    subject_id uuid,
    level text NOT NULL COLLATE pg_catalog."C",
    title text NOT NULL,
    message text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    read_at timestamp with time zone,
    CONSTRAINT notification_level_check CHECK ((level = ANY (ARRAY['success'::text, 'info'::text, 'warning'::text, 'error'::text])))
);

COMMENT ON TABLE public.notification IS 'One row per event and recipient. Written under a lock that is held to the commit, so numbers appear in ascending order.';

COMMENT ON COLUMN public.notification.subject_id IS 'The person the text is about: with their data, the text goes.';

ALTER TABLE public.notification ALTER COLUMN number ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.notification_number_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.onboarding (
    user_id uuid NOT NULL,
    current_step text,
    started_at timestamp with time zone NOT NULL,
    welcome_email_sent_at timestamp with time zone,
    completed_at timestamp with time zone
);

COMMENT ON TABLE public.onboarding IS 'No aggregate: what happens here is recorded as events of the user.';

CREATE TABLE public.order_stats (
    generation integer NOT NULL,
    day date NOT NULL,
    currency text NOT NULL COLLATE pg_catalog."C",
    created bigint DEFAULT 0 NOT NULL,
    paid bigint DEFAULT 0 NOT NULL,
    cancelled bigint DEFAULT 0 NOT NULL,
    refunded bigint DEFAULT 0 NOT NULL,
    revenue bigint DEFAULT 0 NOT NULL,
    refunds bigint DEFAULT 0 NOT NULL,
    last_event_at timestamp with time zone NOT NULL
);

COMMENT ON TABLE public.order_stats IS 'What happened to orders on a day (UTC): created, paid, cancelled unpaid, cancelled after payment (refunded); amounts in minor units.';

CREATE TABLE public.payment_settlement (
    payment_id uuid NOT NULL,
    charging boolean DEFAULT false NOT NULL,
    due_at timestamp with time zone NOT NULL,
    attempts integer DEFAULT 0 NOT NULL
)
WITH (fillfactor='80');

COMMENT ON TABLE public.payment_settlement IS 'One row for each payment whose outcome is not known yet. From due_at on any node may ask the gateway; who does moves due_at on first.';

CREATE TABLE public.projection (
    name text NOT NULL COLLATE pg_catalog."C",
    version integer NOT NULL,
    generation integer NOT NULL,
    last_generation integer NOT NULL,
    swapped_at timestamp with time zone
);

COMMENT ON TABLE public.projection IS 'Which generation of a projection''s rows readers see, and the version of the program that made it; generation 0: none yet.';

CREATE TABLE public.refresh_token (
    hash text NOT NULL COLLATE pg_catalog."C",
    session_id uuid NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    spent_at timestamp with time zone,
    successor_hash text COLLATE pg_catalog."C"
);

COMMENT ON TABLE public.refresh_token IS 'Only hashes: a copy of this table opens no session.';

CREATE TABLE public.replay_failure (
    replay_id uuid NOT NULL,
    handler text NOT NULL COLLATE pg_catalog."C",
    "position" bigint NOT NULL,
    event_id uuid NOT NULL,
    event_type text NOT NULL COLLATE pg_catalog."C",
    error_class text NOT NULL,
    error_message text NOT NULL,
    at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);

CREATE TABLE public.replica_heartbeat (
    id boolean NOT NULL,
    at timestamp with time zone NOT NULL,
    CONSTRAINT replica_heartbeat_id_check CHECK (id)
);

CREATE TABLE public.saga_instance (
    saga text NOT NULL COLLATE pg_catalog."C",
    key text NOT NULL COLLATE pg_catalog."C",
    id uuid NOT NULL,
    status text NOT NULL COLLATE pg_catalog."C",
    step text NOT NULL COLLATE pg_catalog."C",
    awaits text[] DEFAULT '{}'::text[] NOT NULL,
    completed text[] DEFAULT '{}'::text[] NOT NULL,
    compensated text[] DEFAULT '{}'::text[] NOT NULL,
    received jsonb DEFAULT '[]'::jsonb NOT NULL,
    state jsonb DEFAULT '{}'::jsonb NOT NULL,
    started_by uuid NOT NULL,
    ended_by uuid,
    correlation_id text NOT NULL COLLATE pg_catalog."C",
    attempts integer DEFAULT 0 NOT NULL,
    error text,
    deadline timestamp with time zone,
    due_at timestamp with time zone,
    started_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    updated_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    ended_at timestamp with time zone,
    CONSTRAINT saga_instance_status_check CHECK ((status = ANY (ARRAY['RUNNING'::text, 'COMPENSATING'::text, 'COMPLETED'::text, 'COMPENSATED'::text, 'CANCELLED'::text, 'FAILED'::text])))
)
WITH (fillfactor='50');

COMMENT ON TABLE public.saga_instance IS 'Where each saga stands. Its row is locked by whatever concerns it: an event, a step, a time-out. due_at: when it goes on by itself.';

CREATE TABLE public.saga_transition (
    saga text NOT NULL COLLATE pg_catalog."C",
    key text NOT NULL COLLATE pg_catalog."C",
    number integer NOT NULL,
    at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    kind text NOT NULL COLLATE pg_catalog."C",
    step text COLLATE pg_catalog."C",
    event_id uuid,
    error text
);

CREATE TABLE public.sandbox_charge (
    key uuid NOT NULL,
    amount bigint NOT NULL,
    currency text COLLATE pg_catalog."C",
    status text NOT NULL COLLATE pg_catalog."C",
    transaction_id text COLLATE pg_catalog."C",
    reason text COLLATE pg_catalog."C",
    calls integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT sandbox_charge_status_check CHECK ((status = ANY (ARRAY['CHARGED'::text, 'DECLINED'::text, 'NOT_CHARGED'::text])))
);

COMMENT ON TABLE public.sandbox_charge IS 'The memory of the sandbox gateway, which stands for somebody outside: no foreign key leads here.';

CREATE TABLE public.session (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    device text,
    ip text,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    last_seen_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone
);

CREATE TABLE public.user_stats (
    generation integer NOT NULL,
    month date NOT NULL,
    total bigint NOT NULL,
    active bigint NOT NULL,
    last_event_at timestamp with time zone NOT NULL
);

COMMENT ON TABLE public.user_stats IS 'Accounts that exist, by the month (UTC) they were created in.';

CREATE TABLE public.worker_node (
    id uuid NOT NULL,
    handlers text[] NOT NULL,
    last_seen_at timestamp with time zone NOT NULL
);

ALTER TABLE ONLY public.event ATTACH PARTITION public.event_default DEFAULT;

ALTER TABLE ONLY public.event_position ATTACH PARTITION public.event_position_default DEFAULT;

ALTER TABLE ONLY key_store.subject_key
    ADD CONSTRAINT subject_key_id_key UNIQUE (id);

ALTER TABLE ONLY key_store.subject_key
    ADD CONSTRAINT subject_key_pkey PRIMARY KEY (subject_id);

ALTER TABLE ONLY public.account_token
    ADD CONSTRAINT account_token_pkey PRIMARY KEY (hash);

ALTER TABLE ONLY public.aggregate_snapshot
    ADD CONSTRAINT aggregate_snapshot_pkey PRIMARY KEY (aggregate_type, aggregate_id);

ALTER TABLE ONLY public.app_order
    ADD CONSTRAINT app_order_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.app_user
    ADD CONSTRAINT app_user_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.audit_detail
    ADD CONSTRAINT audit_detail_pkey PRIMARY KEY (sequence);

ALTER TABLE ONLY public.audit_log
    ADD CONSTRAINT audit_log_event_id_key UNIQUE (event_id);

ALTER TABLE ONLY public.audit_log
    ADD CONSTRAINT audit_log_pkey PRIMARY KEY (sequence);

ALTER TABLE ONLY public.audit_purge
    ADD CONSTRAINT audit_purge_pkey PRIMARY KEY (person_id);

ALTER TABLE ONLY public.background_job
    ADD CONSTRAINT background_job_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.bootstrap_token
    ADD CONSTRAINT bootstrap_token_pkey PRIMARY KEY (hash);

ALTER TABLE ONLY public.command_answer
    ADD CONSTRAINT command_answer_pkey PRIMARY KEY (actor, key);

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

ALTER TABLE ONLY public.event_type_day
    ADD CONSTRAINT event_type_day_pkey PRIMARY KEY (type, aggregate_type, day);

ALTER TABLE ONLY public.handler_counter
    ADD CONSTRAINT handler_counter_pkey PRIMARY KEY (handler, lane, event_type);

ALTER TABLE ONLY public.handler_effect
    ADD CONSTRAINT handler_effect_pkey PRIMARY KEY (handler, event_id);

ALTER TABLE ONLY public.handler_lane
    ADD CONSTRAINT handler_lane_pkey PRIMARY KEY (handler, lane);

ALTER TABLE ONLY public.handler
    ADD CONSTRAINT handler_pkey PRIMARY KEY (name);

ALTER TABLE ONLY public.live_node
    ADD CONSTRAINT live_node_pkey PRIMARY KEY (node);

ALTER TABLE ONLY public.log_stretch
    ADD CONSTRAINT log_stretch_pkey PRIMARY KEY (number);

ALTER TABLE ONLY public.log_summary
    ADD CONSTRAINT log_summary_pkey PRIMARY KEY (single);

ALTER TABLE ONLY public.notification
    ADD CONSTRAINT notification_event_id_recipient_id_key UNIQUE (event_id, recipient_id);

ALTER TABLE ONLY public.notification
    ADD CONSTRAINT notification_id_key UNIQUE (id);

ALTER TABLE ONLY public.notification
    ADD CONSTRAINT notification_pkey PRIMARY KEY (number);

ALTER TABLE ONLY public.onboarding
    ADD CONSTRAINT onboarding_pkey PRIMARY KEY (user_id);

ALTER TABLE ONLY public.order_stats
    ADD CONSTRAINT order_stats_pkey PRIMARY KEY (generation, day, currency);

ALTER TABLE ONLY public.parked_event
    ADD CONSTRAINT parked_event_id_key UNIQUE (id);

ALTER TABLE ONLY public.parked_event
    ADD CONSTRAINT parked_event_pkey PRIMARY KEY (handler, "position");

ALTER TABLE ONLY public.payment
    ADD CONSTRAINT payment_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.payment_settlement
    ADD CONSTRAINT payment_settlement_pkey PRIMARY KEY (payment_id);

ALTER TABLE ONLY public.projection
    ADD CONSTRAINT projection_pkey PRIMARY KEY (name);

ALTER TABLE ONLY public.refresh_token
    ADD CONSTRAINT refresh_token_pkey PRIMARY KEY (hash);

ALTER TABLE ONLY public.replay_failure
    ADD CONSTRAINT replay_failure_pkey PRIMARY KEY (replay_id, handler, "position");

ALTER TABLE ONLY public.replica_heartbeat
    ADD CONSTRAINT replica_heartbeat_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.role
    ADD CONSTRAINT role_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.saga_instance
    ADD CONSTRAINT saga_instance_id_key UNIQUE (id);

ALTER TABLE ONLY public.saga_instance
    ADD CONSTRAINT saga_instance_pkey PRIMARY KEY (saga, key);

ALTER TABLE ONLY public.saga_transition
    ADD CONSTRAINT saga_transition_pkey PRIMARY KEY (saga, key, number);

ALTER TABLE ONLY public.sandbox_charge
    ADD CONSTRAINT sandbox_charge_pkey PRIMARY KEY (key);

ALTER TABLE ONLY public.session
    ADD CONSTRAINT session_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.system_maintenance
    ADD CONSTRAINT system_maintenance_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.user_settings
    ADD CONSTRAINT user_settings_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.user_stats
    ADD CONSTRAINT user_stats_pkey PRIMARY KEY (generation, month);

ALTER TABLE ONLY public.worker_node
    ADD CONSTRAINT worker_node_pkey PRIMARY KEY (id);

CREATE INDEX subject_key_by_kek ON key_store.subject_key USING btree (kek_id);

CREATE INDEX subject_key_erased ON key_store.subject_key USING btree (erased_at) WHERE (erased_at IS NOT NULL);

CREATE INDEX account_token_by_user ON public.account_token USING btree (user_id);

CREATE INDEX account_token_expires ON public.account_token USING btree (expires_at);

CREATE INDEX aggregate_snapshot_by_subject ON public.aggregate_snapshot USING btree (subject_id) WHERE (subject_id IS NOT NULL);

CREATE INDEX app_order_by_customer ON public.app_order USING btree (customer_id, created_at, id);

CREATE INDEX app_order_by_status ON public.app_order USING btree (status, created_at, id);

CREATE INDEX app_order_created ON public.app_order USING btree (created_at, id);

CREATE UNIQUE INDEX app_order_number_unique ON public.app_order USING btree (order_number);

CREATE INDEX app_user_created ON public.app_user USING btree (created_at, id);

CREATE UNIQUE INDEX app_user_email_unique ON public.app_user USING btree (lower(email));

CREATE INDEX app_user_role ON public.app_user USING btree (role_id);

CREATE UNIQUE INDEX app_user_username_unique ON public.app_user USING btree (lower(username));

CREATE INDEX audit_log_by_correlation ON public.audit_log USING btree (correlation_id, sequence);

CREATE INDEX audit_log_by_resource ON public.audit_log USING btree (resource, resource_id, sequence);

CREATE INDEX audit_log_by_subject ON public.audit_log USING btree (subject_id) WHERE (subject_id IS NOT NULL);

CREATE INDEX audit_log_by_time ON public.audit_log USING btree (occurred_at);

CREATE INDEX audit_log_by_user ON public.audit_log USING btree (user_id, sequence);

CREATE INDEX background_job_erasures ON public.background_job USING btree (subject, id) WHERE (kind = 'ERASURE'::text);

CREATE UNIQUE INDEX background_job_one_erasure ON public.background_job USING btree (subject) WHERE ((kind = 'ERASURE'::text) AND (status = ANY (ARRAY['PENDING'::text, 'RUNNING'::text])));

CREATE UNIQUE INDEX background_job_one_rebuild ON public.background_job USING btree (subject) WHERE ((kind = 'REBUILD'::text) AND (status = ANY (ARRAY['PENDING'::text, 'RUNNING'::text])));

CREATE INDEX background_job_open ON public.background_job USING btree (kind, id) WHERE (status = ANY (ARRAY['PENDING'::text, 'RUNNING'::text]));

CREATE INDEX background_job_rebuilds ON public.background_job USING btree (subject, requested_at) WHERE (kind = 'REBUILD'::text);

CREATE INDEX command_answer_created ON public.command_answer USING btree (created_at);

CREATE INDEX event_aggregate_index ON ONLY public.event USING btree (aggregate_type, aggregate_id, version);

CREATE INDEX event_default_aggregate_type_aggregate_id_version_idx ON public.event_default USING btree (aggregate_type, aggregate_id, version);

CREATE INDEX event_number_index ON ONLY public.event USING btree (number);

CREATE INDEX event_default_number_idx ON public.event_default USING btree (number);

CREATE INDEX event_position_by_actor ON ONLY public.event_position USING btree (actor_key, "position") WHERE (actor_key IS NOT NULL);

CREATE INDEX event_position_by_aggregate ON ONLY public.event_position USING btree (aggregate_key, "position");

CREATE INDEX event_position_by_correlation ON ONLY public.event_position USING btree (correlation_key, "position");

CREATE INDEX event_position_by_subject ON ONLY public.event_position USING btree (subject_key, "position") WHERE (subject_key IS NOT NULL);

CREATE INDEX event_position_by_type ON ONLY public.event_position USING btree (type, "position");

CREATE INDEX event_position_default_actor_key_position_idx ON public.event_position_default USING btree (actor_key, "position") WHERE (actor_key IS NOT NULL);

CREATE INDEX event_position_default_aggregate_key_position_idx ON public.event_position_default USING btree (aggregate_key, "position");

CREATE INDEX event_position_default_correlation_key_position_idx ON public.event_position_default USING btree (correlation_key, "position");

CREATE UNIQUE INDEX event_position_default_position ON public.event_position_default USING btree ("position");

CREATE INDEX event_position_default_subject_key_position_idx ON public.event_position_default USING btree (subject_key, "position") WHERE (subject_key IS NOT NULL);

CREATE INDEX event_position_default_type_position_idx ON public.event_position_default USING btree (type, "position");

CREATE INDEX event_type_day_by_aggregate_type ON public.event_type_day USING btree (aggregate_type, type);

CREATE INDEX notification_by_subject ON public.notification USING btree (subject_id) WHERE (subject_id IS NOT NULL);

CREATE INDEX notification_inbox ON public.notification USING btree (recipient_id, number);

CREATE INDEX notification_unread ON public.notification USING btree (recipient_id, number) WHERE (read_at IS NULL);

CREATE INDEX parked_event_by_aggregate ON public.parked_event USING btree (handler, lane, aggregate_type, aggregate_id, "position");

CREATE INDEX parked_event_by_replay ON public.parked_event USING btree (replay_id) WHERE (replay_id IS NOT NULL);

CREATE INDEX parked_event_dead ON public.parked_event USING btree (parked_at, id) WHERE (state = 'dead'::text);

CREATE INDEX parked_event_due ON public.parked_event USING btree (handler, lane, next_attempt_at) WHERE (state = 'retrying'::text);

CREATE INDEX payment_by_customer ON public.payment USING btree (customer_id, created_at, id);

CREATE INDEX payment_by_order ON public.payment USING btree (order_id, created_at, id);

CREATE INDEX payment_created ON public.payment USING btree (created_at, id);

CREATE UNIQUE INDEX payment_one_for_each_order ON public.payment USING btree (order_id) WHERE (status <> 'FAILED'::text);

CREATE INDEX payment_settlement_due ON public.payment_settlement USING btree (due_at);

CREATE INDEX refresh_token_by_session ON public.refresh_token USING btree (session_id);

CREATE UNIQUE INDEX role_name_unique ON public.role USING btree (lower(name));

CREATE INDEX saga_instance_by_correlation ON public.saga_instance USING btree (correlation_id);

CREATE INDEX saga_instance_by_status ON public.saga_instance USING btree (status, id);

CREATE INDEX saga_instance_due ON public.saga_instance USING btree (due_at) WHERE (due_at IS NOT NULL);

CREATE INDEX saga_instance_ended ON public.saga_instance USING btree (ended_at) WHERE (ended_at IS NOT NULL);

CREATE INDEX session_by_user ON public.session USING btree (user_id, created_at);

CREATE UNIQUE INDEX user_settings_of_user ON public.user_settings USING btree (user_id);

ALTER INDEX public.event_aggregate_index ATTACH PARTITION public.event_default_aggregate_type_aggregate_id_version_idx;

ALTER INDEX public.event_number_index ATTACH PARTITION public.event_default_number_idx;

ALTER INDEX public.event_pkey ATTACH PARTITION public.event_default_pkey;

ALTER INDEX public.event_position_by_actor ATTACH PARTITION public.event_position_default_actor_key_position_idx;

ALTER INDEX public.event_position_by_aggregate ATTACH PARTITION public.event_position_default_aggregate_key_position_idx;

ALTER INDEX public.event_position_by_correlation ATTACH PARTITION public.event_position_default_correlation_key_position_idx;

ALTER INDEX public.event_position_pkey ATTACH PARTITION public.event_position_default_pkey;

ALTER INDEX public.event_position_by_subject ATTACH PARTITION public.event_position_default_subject_key_position_idx;

ALTER INDEX public.event_position_by_type ATTACH PARTITION public.event_position_default_type_position_idx;

CREATE TRIGGER audit_detail_is_kept BEFORE DELETE ON public.audit_detail FOR EACH ROW EXECUTE FUNCTION public.refuse_audit_change();

CREATE TRIGGER audit_detail_is_not_truncated BEFORE TRUNCATE ON public.audit_detail FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_audit_change();

CREATE TRIGGER audit_detail_is_only_blanked BEFORE UPDATE ON public.audit_detail FOR EACH ROW EXECUTE FUNCTION public.refuse_audit_detail_change();

CREATE TRIGGER audit_log_is_append_only BEFORE DELETE OR UPDATE ON public.audit_log FOR EACH ROW EXECUTE FUNCTION public.refuse_audit_change();

CREATE TRIGGER audit_log_is_not_truncated BEFORE TRUNCATE ON public.audit_log FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_audit_change();

CREATE TRIGGER audit_purge_is_append_only BEFORE DELETE OR UPDATE ON public.audit_purge FOR EACH ROW EXECUTE FUNCTION public.refuse_audit_change();

CREATE TRIGGER audit_purge_is_not_truncated BEFORE TRUNCATE ON public.audit_purge FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_audit_change();

CREATE TRIGGER event_is_insert_only BEFORE DELETE OR UPDATE ON public.event FOR EACH ROW EXECUTE FUNCTION public.refuse_event_change();

CREATE TRIGGER event_is_not_truncated BEFORE TRUNCATE ON public.event FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_event_change();

CREATE TRIGGER event_position_is_insert_only BEFORE DELETE OR UPDATE ON public.event_position FOR EACH ROW EXECUTE FUNCTION public.refuse_event_change();

CREATE TRIGGER event_position_is_not_truncated BEFORE TRUNCATE ON public.event_position FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_event_change();

CREATE TRIGGER not_truncated BEFORE TRUNCATE ON public.event_default FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_event_change();

CREATE TRIGGER not_truncated BEFORE TRUNCATE ON public.event_position_default FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_event_change();

ALTER TABLE ONLY public.account_token
    ADD CONSTRAINT account_token_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.app_user(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.app_order
    ADD CONSTRAINT app_order_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.app_user(id);

ALTER TABLE ONLY public.app_user
    ADD CONSTRAINT app_user_role_id_fkey FOREIGN KEY (role_id) REFERENCES public.role(id);

ALTER TABLE ONLY public.audit_detail
    ADD CONSTRAINT audit_detail_sequence_fkey FOREIGN KEY (sequence) REFERENCES public.audit_log(sequence);

ALTER TABLE ONLY public.handler_counter
    ADD CONSTRAINT handler_counter_handler_fkey FOREIGN KEY (handler) REFERENCES public.handler(name) ON DELETE CASCADE;

ALTER TABLE ONLY public.handler_lane
    ADD CONSTRAINT handler_lane_handler_fkey FOREIGN KEY (handler) REFERENCES public.handler(name) ON DELETE CASCADE;

ALTER TABLE ONLY public.notification
    ADD CONSTRAINT notification_recipient_id_fkey FOREIGN KEY (recipient_id) REFERENCES public.app_user(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.onboarding
    ADD CONSTRAINT onboarding_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.app_user(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.parked_event
    ADD CONSTRAINT parked_event_handler_fkey FOREIGN KEY (handler) REFERENCES public.handler(name) ON DELETE CASCADE;

ALTER TABLE ONLY public.payment
    ADD CONSTRAINT payment_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.app_user(id);

ALTER TABLE ONLY public.refresh_token
    ADD CONSTRAINT refresh_token_session_id_fkey FOREIGN KEY (session_id) REFERENCES public.session(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.replay_failure
    ADD CONSTRAINT replay_failure_replay_id_fkey FOREIGN KEY (replay_id) REFERENCES public.background_job(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.saga_transition
    ADD CONSTRAINT saga_transition_saga_key_fkey FOREIGN KEY (saga, key) REFERENCES public.saga_instance(saga, key) ON DELETE CASCADE;

ALTER TABLE ONLY public.session
    ADD CONSTRAINT session_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.app_user(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.user_settings
    ADD CONSTRAINT user_settings_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.app_user(id);
