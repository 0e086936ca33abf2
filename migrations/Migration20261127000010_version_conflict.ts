import { Migration } from '@mikro-orm/migrations';
import { statements } from './statements.ts';

/**
 * How an append to one stream, written as a plain statement, refuses another version than the expected one: with the same
 * SQLSTATE and detail as `append_events`, which remains for several streams at once.
 */
export class Migration20261127000010_version_conflict extends Migration {
  override up(): void {
    for (const statement of statements(raiseVersionConflict)) this.addSql(statement);
  }

  override down(): void {
    this.addSql('drop function raise_version_conflict(text, text, integer)');
  }
}

// Volatile, so that it sees what the writer it lost to has committed meanwhile.
const raiseVersionConflict = `
create function raise_version_conflict(p_aggregate_type text, p_aggregate_id text, p_expected integer) returns integer
language plpgsql as $$
declare
  v_actual integer;
begin
  select version into v_actual from event_stream where aggregate_type = p_aggregate_type and aggregate_id = p_aggregate_id;
  raise exception 'version conflict' using errcode = 'SBV01',
    detail = json_build_object('aggregateType', p_aggregate_type, 'aggregateId', p_aggregate_id,
      'expectedVersion', p_expected, 'actualVersion', coalesce(v_actual, 0))::text;
end $$;
`;
