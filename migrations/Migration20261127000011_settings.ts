import { Migration } from '@mikro-orm/migrations';
import { statements } from './statements.ts';

/** Settings and onboarding of users, verified addresses, and the tokens that go out by mail. */
export class Migration20261127000011_settings extends Migration {
  override up(): void {
    const scripts = [settings, onboarding, tokens, entitiesWithSettings];
    for (const statement of scripts.flatMap(statements)) this.addSql(statement);
  }

  override down(): void {
    const script = `
      alter table app_user drop column email_verified_at;
      drop table account_token, onboarding, user_settings;
    `;
    for (const statement of [entitiesBefore, script].flatMap(statements)) this.addSql(statement);
  }
}

const settings = `
create table user_settings (
  id uuid not null primary key,
  version integer not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  user_id uuid not null references app_user (id),
  theme text collate "C" not null check (theme in ('light', 'dark', 'system')),
  language text collate "C" not null,
  email_notifications boolean not null,
  sms_notifications boolean not null,
  marketing_emails boolean not null
);
create unique index user_settings_of_user on user_settings (user_id);
`;

const onboarding = `
create table onboarding (
  user_id uuid not null primary key references app_user (id) on delete cascade,
  current_step text,
  started_at timestamptz not null,
  welcome_email_sent_at timestamptz,
  completed_at timestamptz
);
comment on table onboarding is 'No aggregate: what happens here is recorded as events of the user.';
`;

const tokens = `
alter table app_user add column email_verified_at timestamptz;
create table account_token (
  hash text collate "C" not null primary key,
  purpose text collate "C" not null check (purpose in ('VERIFY_EMAIL', 'RESET_PASSWORD', 'SET_PASSWORD')),
  user_id uuid references app_user (id) on delete cascade,
  address_hash text collate "C" not null,
  created_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null
);
create index account_token_by_user on account_token (user_id);
create index account_token_expires on account_token (expires_at);
comment on table account_token is 'Only hashes. Rows without a user stand for addresses nobody has: a reset asked for one costs the same.';
`;

const entitiesBefore = `
create or replace view inspect.entities as
  select 'User'::text as aggregate_type, id::text as aggregate_id, version from app_user
  union all
  select 'Role'::text, id::text, version from role
  union all
  select 'Order'::text, id::text, version from app_order
  union all
  select 'Payment'::text, id::text, version from payment;
`;

const entitiesWithSettings = `${entitiesBefore.trim().slice(0, -1)}
  union all
  select 'UserSettings'::text, id::text, version from user_settings;
`;
