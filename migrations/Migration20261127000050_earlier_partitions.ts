import { Migration } from '@mikro-orm/migrations';
import { statements } from './statements.ts';

/** Partitions of months that are over, for a log that is filled with a history. */
export class Migration20261127000050_earlier_partitions extends Migration {
  override up(): void {
    for (const statement of [ensureMonth, monthsAhead, monthsSince].flatMap(statements)) this.addSql(statement);
  }

  override down(): void {
    const drops = `
      drop function ensure_event_partitions_since(timestamptz);
      drop function ensure_event_partition(timestamptz);
    `;
    for (const statement of [monthsAheadBefore, drops].flatMap(statements)) this.addSql(statement);
  }
}

const ensureMonth = `
create function ensure_event_partition(p_month timestamptz) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
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
comment on function ensure_event_partition is 'p_month: its first instant in UTC. Whether it was made now.';
`;

const monthsAhead = `
create or replace function ensure_event_partitions(p_months_ahead integer) returns integer
language sql security definer set search_path = public, pg_temp as $$
  select count(*) filter (where ensure_event_partition(m at time zone 'UTC'))::integer
  from generate_series(date_trunc('month', now() at time zone 'UTC') - interval '1 month',
                       date_trunc('month', now() at time zone 'UTC') + make_interval(months => p_months_ahead), interval '1 month') m
$$;
`;

const monthsSince = `
create function ensure_event_partitions_since(p_since timestamptz) returns integer
language sql security definer set search_path = public, pg_temp as $$
  select count(*) filter (where ensure_event_partition(m at time zone 'UTC'))::integer
  from generate_series(date_trunc('month', p_since at time zone 'UTC'), date_trunc('month', now() at time zone 'UTC'), interval '1 month') m
$$;
`;

const monthsAheadBefore = `
create or replace function ensure_event_partitions(p_months_ahead integer) returns integer
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
