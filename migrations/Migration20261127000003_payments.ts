import { Migration } from '@mikro-orm/migrations';
import { statements } from './statements.ts';

/** Payments as lists show them, those whose outcome is not known yet, and what the sandbox gateway remembers. */
export class Migration20261127000003_payments extends Migration {
  override up(): void {
    for (const statement of [payments, settlements, sandbox, entitiesWithPayments].flatMap(statements)) {
      this.addSql(statement);
    }
  }

  override down(): void {
    const script = 'drop table sandbox_charge, payment_settlement, payment';
    for (const statement of [entitiesBefore, script].flatMap(statements)) this.addSql(statement);
  }
}

const payments = `
create table payment (
  id uuid not null primary key,
  version integer not null,
  created_at timestamptz not null,
  order_id uuid not null,
  order_number text collate "C" not null,
  customer_id uuid not null references app_user (id),
  amount bigint not null,
  currency text collate "C" not null,
  method text collate "C" not null,
  transaction_id text collate "C",
  status text collate "C" not null check (status in ('PENDING', 'PROCESSED', 'FAILED')),
  failure_reason text collate "C"
);
comment on table payment is 'Read model of the aggregate Payment, written with each of its events in the same transaction.';
create index payment_created on payment (created_at, id);
create index payment_by_customer on payment (customer_id, created_at, id);
create index payment_by_order on payment (order_id, created_at, id);
create unique index payment_one_for_each_order on payment (order_id) where status <> 'FAILED';
`;

const settlements = `
create table payment_settlement (
  payment_id uuid not null primary key,
  charging boolean not null default false,
  due_at timestamptz not null,
  attempts integer not null default 0
) with (fillfactor = 80);
comment on table payment_settlement is 'One row for each payment whose outcome is not known yet. From due_at on any node may ask the gateway; who does moves due_at on first.';
create index payment_settlement_due on payment_settlement (due_at);
`;

const sandbox = `
create table sandbox_charge (
  key uuid not null primary key,
  amount bigint not null,
  currency text collate "C",
  status text collate "C" not null check (status in ('CHARGED', 'DECLINED', 'NOT_CHARGED')),
  transaction_id text collate "C",
  reason text collate "C",
  calls integer not null default 1,
  created_at timestamptz not null default clock_timestamp()
);
comment on table sandbox_charge is 'The memory of the sandbox gateway, which stands for somebody outside: no foreign key leads here.';
`;

const entitiesBefore = `
create or replace view inspect.entities as
  select 'User'::text as aggregate_type, id::text as aggregate_id, version from app_user
  union all
  select 'Role'::text, id::text, version from role
  union all
  select 'Order'::text, id::text, version from app_order;
`;

const entitiesWithPayments = `${entitiesBefore.trim().slice(0, -1)}
  union all
  select 'Payment'::text, id::text, version from payment;
`;
