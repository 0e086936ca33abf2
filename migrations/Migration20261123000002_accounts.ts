import { Migration } from '@mikro-orm/migrations';
import { statements } from './statements.ts';

/** Roles, users, sessions with their refresh tokens, the bootstrap token, and the answers of commands with an idempotency key. */
export class Migration20261123000002_accounts extends Migration {
  override up(): void {
    const scripts = [roles, users, sessions, commandAnswers, inspectViews];
    for (const statement of scripts.flatMap(statements)) this.addSql(statement);
  }

  override down(): void {
    const script = `
      drop view inspect.entities;
      drop function app_user_search_text(app_user);
      drop table command_answer, bootstrap_token, refresh_token, session, app_user, role;
    `;
    for (const statement of statements(script)) this.addSql(statement);
  }
}

const roles = `
create table role (
  id uuid not null primary key,
  version integer not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  name text collate "C" not null,
  description text not null,
  permissions text[] not null,
  built_in boolean not null
);
create unique index role_name_unique on role (lower(name));
`;

const users = `
create table app_user (
  id uuid not null primary key,
  version integer not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  email text collate "C" not null,
  username text collate "C" not null,
  first_name text not null,
  last_name text not null,
  password_hash text,
  is_active boolean not null,
  role_id uuid not null references role (id)
);
create unique index app_user_email_unique on app_user (lower(email));
create unique index app_user_username_unique on app_user (lower(username));
create index app_user_created on app_user (created_at, id);
create index app_user_role on app_user (role_id);

create function app_user_search_text(u app_user) returns text language sql immutable parallel safe
return lower(u.email || ' ' || u.username || ' ' || u.first_name || ' ' || u.last_name);
`;

const sessions = `
create table session (
  id uuid not null primary key,
  user_id uuid not null references app_user (id) on delete cascade,
  device text,
  ip text,
  created_at timestamptz not null default clock_timestamp(),
  last_seen_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null,
  revoked_at timestamptz
);
create index session_by_user on session (user_id, created_at);

create table refresh_token (
  hash text collate "C" not null primary key,
  session_id uuid not null references session (id) on delete cascade,
  created_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null,
  spent_at timestamptz,
  successor_hash text collate "C"
);
create index refresh_token_by_session on refresh_token (session_id);
comment on table refresh_token is 'Only hashes: a copy of this table opens no session.';

create table bootstrap_token (
  hash text collate "C" not null primary key,
  created_at timestamptz not null default clock_timestamp()
);
`;

const commandAnswers = `
create table command_answer (
  actor text collate "C" not null,
  key text collate "C" not null,
  command text collate "C" not null,
  input_hash text collate "C" not null,
  command_id uuid not null,
  result jsonb,
  event_ids uuid[] not null default '{}',
  created_at timestamptz not null default clock_timestamp(),
  primary key (actor, key)
);
create index command_answer_created on command_answer (created_at);
comment on table command_answer is 'What a command with an idempotency key answered, written in the transaction of its effect.';
`;

const inspectViews = `
create view inspect.entities as
  select 'User'::text as aggregate_type, id::text as aggregate_id, version from app_user
  union all
  select 'Role'::text, id::text, version from role;
`;
