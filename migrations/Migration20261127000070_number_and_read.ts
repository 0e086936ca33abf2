import { Migration } from '@mikro-orm/migrations';
import { statements } from './statements.ts';

/**
 * Numbering and reading what was numbered in one statement: for the relay of a node whose own commits woke it, a round trip
 * less between a commit and its subscribers.
 *
 * The first row says how the numbering went, those behind it are the events. All of it is one transaction, so that nobody
 * has a row before its position is committed.
 */
export class Migration20261127000070_number_and_read extends Migration {
  override up(): void {
    for (const statement of statements(sequenceAndReadEvents)) this.addSql(statement);
  }

  override down(): void {
    this.addSql('drop function sequence_and_read_events(bigint, bigint[], bigint[], integer, text, bigint, integer)');
  }
}

const sequenceAndReadEvents = `
create function sequence_and_read_events(
  p_high bigint, p_gap_from bigint[], p_gap_to bigint[], p_limit integer, p_server text, p_after bigint, p_page integer
)
returns table (
  result json, "position" text, id uuid, aggregate_type text, aggregate_id text, version integer, type text, schema_version integer,
  subject_id uuid, command_id uuid, data jsonb, metadata jsonb, sealed jsonb
)
language plpgsql as $$
#variable_conflict use_column
begin
  result := sequence_events(p_high, p_gap_from, p_gap_to, p_limit, p_server);
  return next;
  return query
    select null::json, l.position, l.id, l.aggregate_type, l.aggregate_id, l.version, l.type, l.schema_version,
           l.subject_id, l.command_id, l.data, l.metadata, l.sealed
    from read_event_log(p_after, p_page) l;
end $$;
`;
