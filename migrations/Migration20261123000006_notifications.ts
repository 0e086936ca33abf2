import { Migration } from '@mikro-orm/migrations';
import { statements } from './statements.ts';

/** The inbox of every user. */
export class Migration20261123000006_notifications extends Migration {
  override up(): void {
    for (const statement of statements(notifications)) this.addSql(statement);
  }

  override down(): void {
    this.addSql('drop table notification');
  }
}

const notifications = `
create table notification (
  number bigint not null generated always as identity primary key,
  id uuid not null default gen_random_uuid() unique,
  recipient_id uuid not null references app_user (id) on delete cascade,
  event_id uuid not null,
  event_type text collate "C" not null,
  subject_id uuid,
  level text collate "C" not null check (level in ('success', 'info', 'warning', 'error')),
  title text not null,
  message text not null,
  created_at timestamptz not null,
  read_at timestamptz,
  unique (event_id, recipient_id)
);
comment on table notification is 'One row per event and recipient. Written under a lock that is held to the commit, so numbers appear in ascending order.';
comment on column notification.subject_id is 'The person the text is about: with their data, the text goes.';
create index notification_inbox on notification (recipient_id, number);
create index notification_unread on notification (recipient_id, number) where read_at is null;
create index notification_by_subject on notification (subject_id) where subject_id is not null;
`;
