import { Migration } from '@mikro-orm/migrations';
import { statements } from './statements.ts';

/** Sagas: where each stands and when it goes on, and what has happened to it. */
export class Migration20261124000200_sagas extends Migration {
  override up(): void {
    for (const statement of statements(sagas)) this.addSql(statement);
  }

  override down(): void {
    this.addSql('drop table saga_transition, saga_instance');
  }
}

const sagas = `
create table saga_instance (
  saga text collate "C" not null,
  key text collate "C" not null,
  id uuid not null unique,
  status text collate "C" not null check (status in ('RUNNING', 'COMPENSATING', 'COMPLETED', 'COMPENSATED', 'CANCELLED', 'FAILED')),
  step text collate "C" not null,
  awaits text[] not null default '{}',
  completed text[] not null default '{}',
  compensated text[] not null default '{}',
  received jsonb not null default '[]',
  state jsonb not null default '{}',
  started_by uuid not null,
  ended_by uuid,
  correlation_id text collate "C" not null,
  attempts integer not null default 0,
  error text,
  deadline timestamptz,
  due_at timestamptz,
  started_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null default clock_timestamp(),
  ended_at timestamptz,
  primary key (saga, key)
) with (fillfactor = 50);
create index saga_instance_due on saga_instance (due_at) where due_at is not null;
create index saga_instance_by_status on saga_instance (status, id);
create index saga_instance_by_correlation on saga_instance (correlation_id);
create index saga_instance_ended on saga_instance (ended_at) where ended_at is not null;
comment on table saga_instance is 'Where each saga stands. Its row is locked by whatever concerns it: an event, a step, a time-out. due_at: when it goes on by itself.';

create table saga_transition (
  saga text collate "C" not null,
  key text collate "C" not null,
  number integer not null,
  at timestamptz not null default clock_timestamp(),
  kind text collate "C" not null,
  step text collate "C",
  event_id uuid,
  error text,
  primary key (saga, key, number),
  foreign key (saga, key) references saga_instance (saga, key) on delete cascade
);
`;
