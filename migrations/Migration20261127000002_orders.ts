import { Migration } from '@mikro-orm/migrations';
import { statements } from './statements.ts';

/** Orders as lists show them. Their truth is the event log: the rows can be written anew from it. */
export class Migration20261127000002_orders extends Migration {
  override up(): void {
    for (const statement of [orders, entitiesWithOrders].flatMap(statements)) this.addSql(statement);
  }

  override down(): void {
    for (const statement of [entitiesBefore, 'drop table app_order'].flatMap(statements)) this.addSql(statement);
  }
}

const orders = `
create table app_order (
  id uuid not null primary key,
  version integer not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  order_number text collate "C" not null,
  customer_id uuid not null references app_user (id),
  status text collate "C" not null check (status in ('PENDING', 'PAID', 'CANCELLED')),
  currency text collate "C" not null,
  total bigint not null,
  lines jsonb not null
);
comment on table app_order is 'Read model of the aggregate Order, written with each of its events in the same transaction.';
create unique index app_order_number_unique on app_order (order_number);
create index app_order_created on app_order (created_at, id);
create index app_order_by_customer on app_order (customer_id, created_at, id);
create index app_order_by_status on app_order (status, created_at, id);
`;

const entitiesBefore = `
create or replace view inspect.entities as
  select 'User'::text as aggregate_type, id::text as aggregate_id, version from app_user
  union all
  select 'Role'::text, id::text, version from role;
`;

const entitiesWithOrders = `${entitiesBefore.trim().slice(0, -1)}
  union all
  select 'Order'::text, id::text, version from app_order;
`;
