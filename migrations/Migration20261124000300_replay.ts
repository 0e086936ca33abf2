import { Migration } from '@mikro-orm/migrations';
import { statements } from './statements.ts';

/** Replays: what they have given to a handler's lanes, and what failed. */
export class Migration20261124000300_replay extends Migration {
  override up(): void {
    for (const statement of statements(replays)) this.addSql(statement);
  }

  override down(): void {
    this.addSql('drop table replay_failure');
    this.addSql('alter table parked_event drop column replay_id');
  }
}

const replays = `
alter table parked_event add column replay_id uuid;
create index parked_event_by_replay on parked_event (replay_id) where replay_id is not null;
comment on column parked_event.replay_id is 'The replay that put it here.';

create table replay_failure (
  replay_id uuid not null references background_job (id) on delete cascade,
  handler text collate "C" not null,
  position bigint not null,
  event_id uuid not null,
  event_type text collate "C" not null,
  error_class text not null,
  error_message text not null,
  at timestamptz not null default clock_timestamp(),
  primary key (replay_id, handler, position)
);
`;
