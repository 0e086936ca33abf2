import { Migration } from '@mikro-orm/migrations';
import { statements } from './statements.ts';

/** Snapshots of event-sourced aggregates. */
export class Migration20261127000001_snapshots extends Migration {
  override up(): void {
    for (const statement of statements(snapshots)) this.addSql(statement);
  }

  override down(): void {
    this.addSql('drop table aggregate_snapshot');
  }
}

const snapshots = `
create table aggregate_snapshot (
  aggregate_type text collate "C" not null,
  aggregate_id text collate "C" not null,
  fold_version integer not null,
  version integer not null,
  subject_id uuid,
  state jsonb not null,
  taken_at timestamptz not null default clock_timestamp(),
  primary key (aggregate_type, aggregate_id)
);
comment on table aggregate_snapshot is 'The newest snapshot of an aggregate, to shorten its loading. May be deleted at any time.';
comment on column aggregate_snapshot.subject_id is 'The person the state is about: with their data, the snapshot goes.';
create index aggregate_snapshot_by_subject on aggregate_snapshot (subject_id) where subject_id is not null;
`;
