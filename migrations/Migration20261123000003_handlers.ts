import { Migration } from '@mikro-orm/migrations';
import { statements } from './statements.ts';

/** Durable handlers: their lanes with checkpoint and lease, parked events and dead letters, and the ledger of outside effects. */
export class Migration20261123000003_handlers extends Migration {
  override up(): void {
    const scripts = [handlers, parked, effects, nodes, eventLane, claimLanes, inspectViews];
    for (const statement of scripts.flatMap(statements)) this.addSql(statement);
  }

  override down(): void {
    const script = `
      drop view inspect.leases;
      drop view inspect.dead_letters;
      drop view inspect.handler_effects;
      drop view inspect.handler_progress;
      drop function claim_lanes(uuid, text[], integer);
      drop function event_lane(text, text, integer);
      drop table worker_node, handler_effect, parked_event, handler_counter, handler_lane, handler;
    `;
    for (const statement of statements(script)) this.addSql(statement);
  }
}

const handlers = `
create table handler (
  name text collate "C" not null primary key,
  kind text collate "C" not null,
  lanes integer not null check (lanes > 0),
  paused boolean not null default false,
  registered_at timestamptz not null default clock_timestamp(),
  last_error text,
  last_error_at timestamptz
);

create table handler_lane (
  handler text collate "C" not null references handler (name) on delete cascade,
  lane integer not null,
  position bigint not null,
  epoch bigint not null default 0,
  holder uuid,
  lease_expires_at timestamptz,
  last_processed_at timestamptz,
  updated_at timestamptz not null default clock_timestamp(),
  primary key (handler, lane)
) with (fillfactor = 50);
comment on table handler_lane is 'Every matching event of the lane up to position is handled or parked. The epoch rises with each new holder: writes of an older one are refused.';

create table handler_counter (
  handler text collate "C" not null references handler (name) on delete cascade,
  lane integer not null,
  event_type text collate "C" not null,
  processed bigint not null default 0,
  failed bigint not null default 0,
  primary key (handler, lane, event_type)
) with (fillfactor = 50);
`;

const parked = `
create table parked_event (
  id uuid not null default gen_random_uuid() unique,
  handler text collate "C" not null references handler (name) on delete cascade,
  position bigint not null,
  lane integer not null,
  event_id uuid not null,
  event_type text collate "C" not null,
  aggregate_type text collate "C" not null,
  aggregate_id text collate "C" not null,
  state text collate "C" not null check (state in ('retrying', 'waiting', 'dead')),
  attempts integer not null default 0,
  next_attempt_at timestamptz,
  error_class text,
  error_message text,
  parked_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null default clock_timestamp(),
  primary key (handler, position)
);
create index parked_event_by_aggregate on parked_event (handler, lane, aggregate_type, aggregate_id, position);
create index parked_event_due on parked_event (handler, lane, next_attempt_at) where state = 'retrying';
create index parked_event_dead on parked_event (parked_at, id) where state = 'dead';
comment on table parked_event is 'Events a handler failed on (retrying, then dead) and later events of the same aggregate that wait behind them.';
`;

const effects = `
create table handler_effect (
  handler text collate "C" not null,
  event_id uuid not null,
  outcome text collate "C" not null check (outcome in ('intended', 'done')),
  attempts integer not null,
  dedupe_key text collate "C" not null,
  epoch bigint not null,
  intended_at timestamptz not null default clock_timestamp(),
  completed_at timestamptz,
  primary key (handler, event_id)
) with (fillfactor = 80);
comment on table handler_effect is 'Written before an outside effect (intended) and after it (done): what is done is never done again, a replay included.';
`;

const nodes = `
create table worker_node (
  id uuid not null primary key,
  handlers text[] not null,
  last_seen_at timestamptz not null
);
`;

const eventLane = `
create function event_lane(p_aggregate_type text, p_aggregate_id text, p_lanes integer) returns integer
language sql immutable parallel safe
return ((('x' || substr(md5(p_aggregate_type || '/' || p_aggregate_id), 1, 8))::bit(32)::bigint & 2147483647) % p_lanes)::integer;
`;

// One round trip a beat: the node shows that it lives, renews its leases, and takes free or expired lanes up to its fair
// share, each handler's lanes being shared by the nodes that run it; of handlers that no other node runs (while versions
// are being exchanged) it takes all. All times are the database's. A lane whose row is locked is busy ending a transaction: left for the next beat.
const claimLanes = `
create function claim_lanes(p_node uuid, p_handlers text[], p_lease_ms integer)
returns table (handler text, lane integer, "position" bigint, epoch bigint, paused boolean, parked bigint, due boolean, share integer, movable boolean)
language plpgsql as $$
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
`;

const inspectViews = `
create view inspect.handler_progress as
  select handler, lane, position, epoch, updated_at from handler_lane;
create view inspect.handler_effects as
  select handler, event_id, outcome, attempts, dedupe_key, completed_at from handler_effect;
create view inspect.dead_letters as
  select handler, event_id, attempts, error_class, parked_at as created_at from parked_event where state = 'dead';
create view inspect.leases as
  select handler || '/' || lane as name, holder, epoch, lease_expires_at as expires_at from handler_lane;
`;
