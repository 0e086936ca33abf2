import { Migration } from '@mikro-orm/migrations';
import { statements } from './statements.ts';

/** Projections with generations, the background jobs that rebuild them, and the statistics of users and orders. */
export class Migration20261124000100_projections extends Migration {
  override up(): void {
    for (const statement of [eventTime, positionsByType, registry, jobs, leases, statistics].flatMap(statements)) {
      this.addSql(statement);
    }
  }

  override down(): void {
    const script = `
      ${leasesBefore.trim()}
      drop table order_stats, user_stats, background_job, projection;
      drop index event_position_by_type;
      drop function event_id_time(uuid);
    `;
    for (const statement of statements(script)) this.addSql(statement);
  }
}

const eventTime = `
create function event_id_time(p_id uuid) returns timestamptz
language sql immutable parallel safe
return timestamptz 'epoch' + ('x' || left(replace(p_id::text, '-', ''), 12))::bit(48)::bigint * interval '1 millisecond';
`;

const positionsByType = `
create index event_position_by_type on event_position (type, position);
`;

const registry = `
create table projection (
  name text collate "C" not null primary key,
  version integer not null,
  generation integer not null,
  last_generation integer not null,
  swapped_at timestamptz
);
comment on table projection is 'Which generation of a projection''s rows readers see, and the version of the program that made it; generation 0: none yet.';
`;

const jobs = `
create table background_job (
  id uuid not null primary key,
  kind text collate "C" not null check (kind in ('REPLAY', 'REBUILD')),
  subject text collate "C",
  parameters jsonb not null,
  state jsonb not null default '{}',
  status text collate "C" not null default 'PENDING' check (status in ('PENDING', 'RUNNING', 'COMPLETED', 'CANCELLED', 'FAILED')),
  dry_run boolean not null,
  total bigint not null default 0,
  processed bigint not null default 0,
  failed integer not null default 0,
  requested_by uuid,
  reason text,
  correlation_id text not null,
  holder uuid,
  epoch bigint not null default 0,
  lease_expires_at timestamptz,
  requested_at timestamptz not null default clock_timestamp(),
  started_at timestamptz,
  finished_at timestamptz,
  updated_at timestamptz not null default clock_timestamp(),
  error text
) with (fillfactor = 50);
create unique index background_job_one_rebuild on background_job (subject) where kind = 'REBUILD' and status in ('PENDING', 'RUNNING');
create index background_job_open on background_job (kind, id) where status in ('PENDING', 'RUNNING');
create index background_job_rebuilds on background_job (subject, requested_at) where kind = 'REBUILD';
comment on table background_job is 'Work on the log that any worker does under a lease: replays, and rebuilds of projections.';
`;

const leasesBefore = `
create or replace view inspect.leases as
  select handler || '/' || lane as name, holder, epoch, lease_expires_at as expires_at from handler_lane;
`;

const leases = `
create or replace view inspect.leases as
  select handler || '/' || lane as name, holder, epoch, lease_expires_at as expires_at from handler_lane
  union all
  select 'job/' || id, holder, epoch, lease_expires_at from background_job where status in ('PENDING', 'RUNNING');
`;

const statistics = `
create table user_stats (
  generation integer not null,
  month date not null,
  total bigint not null,
  active bigint not null,
  last_event_at timestamptz not null,
  primary key (generation, month)
);
comment on table user_stats is 'Accounts that exist, by the month (UTC) they were created in.';

create table order_stats (
  generation integer not null,
  day date not null,
  currency text collate "C" not null,
  created bigint not null default 0,
  paid bigint not null default 0,
  cancelled bigint not null default 0,
  refunded bigint not null default 0,
  revenue bigint not null default 0,
  refunds bigint not null default 0,
  last_event_at timestamptz not null,
  primary key (generation, day, currency)
);
comment on table order_stats is 'What happened to orders on a day (UTC): created, paid, cancelled unpaid, cancelled after payment (refunded); amounts in minor units.';
`;
