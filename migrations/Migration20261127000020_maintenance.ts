import { Migration } from '@mikro-orm/migrations';
import { statements } from './statements.ts';

/** The last maintenance window. */
export class Migration20261127000020_maintenance extends Migration {
  override up(): void {
    for (const statement of [maintenance, entitiesWithSystem].flatMap(statements)) this.addSql(statement);
  }

  override down(): void {
    for (const statement of [entitiesBefore, 'drop table system_maintenance'].flatMap(statements)) {
      this.addSql(statement);
    }
  }
}

const maintenance = `
create table system_maintenance (
  id text not null primary key,
  version integer not null,
  reason text not null,
  started_at timestamptz not null,
  expected_end timestamptz,
  completed_at timestamptz
);
comment on table system_maintenance is 'Read model of the aggregate System: the last window, open until it is completed.';
`;

const entitiesBefore = `
create or replace view inspect.entities as
  select 'User'::text as aggregate_type, id::text as aggregate_id, version from app_user
  union all
  select 'Role'::text, id::text, version from role
  union all
  select 'Order'::text, id::text, version from app_order
  union all
  select 'Payment'::text, id::text, version from payment
  union all
  select 'UserSettings'::text, id::text, version from user_settings;
`;

const entitiesWithSystem = `${entitiesBefore.trim().slice(0, -1)}
  union all
  select 'System'::text, id, version from system_maintenance;
`;
