import type { Statement } from '../database/statement.ts';
import type { EventContext } from './event-context.ts';
import { metadataToStore, type SealedEvent } from './event-encryption.ts';

/** The append of a few events to one stream, as a command does it. */
export interface DirectAppend {
  readonly aggregateType: string;
  readonly aggregateId: string;
  /** 0 for a new stream. */
  readonly expectedVersion: number;
  /** 1 to 8. */
  readonly events: readonly SealedEvent[];
}

/** More go through the function `append_events`: every number of events is a statement of its own to prepare. */
export const MAX_DIRECT_EVENTS = 8;

const SHARED = 6;
const PER_EVENT = 6;

/**
 * Compare-and-set of the stream's version and the events, in one plain statement. It takes the server half the time of the
 * general function `append_events`, which works on arrays and answers what it did: this one either does all or fails,
 * so that nobody has to wait for it.
 */
export function appendStatement(append: DirectAppend, context: EventContext): Statement {
  const { aggregateType, aggregateId, expectedVersion, events } = append;
  const metadata = JSON.stringify(metadataToStore(context.metadata));
  const values: unknown[] = [aggregateType, aggregateId, events.length, expectedVersion, context.commandId, metadata];
  for (const { id, type, schemaVersion, subjectId, data, sealed } of events) {
    values.push(id, type, schemaVersion, subjectId, JSON.stringify(data), sealed && JSON.stringify(sealed));
  }
  return { text: textFor(expectedVersion === 0, events.length), values };
}

const texts = new Map<string, string>();

function textFor(isNew: boolean, events: number): string {
  const key = `${isNew} ${events}`;
  const known = texts.get(key);
  if (known) return known;
  const text = writeText(isNew ? NEW_STREAM : KNOWN_STREAM, events);
  texts.set(key, text);
  return text;
}

const NEW_STREAM =
  'insert into event_stream (aggregate_type, aggregate_id, version) values ($1, $2, $3) on conflict do nothing';
const KNOWN_STREAM =
  'update event_stream set version = version + $3 where aggregate_type = $1 and aggregate_id = $2 and version = $4';

/** The insertion numbers are drawn where the rows are put together, from a row that is there only once the stream is locked. */
function writeText(raise: string, events: number): string {
  const rows = Array.from({ length: events }, (_, index) => {
    const [id, type, schemaVersion, subject, data, sealed] = [1, 2, 3, 4, 5, 6].map(
      (place) => `$${SHARED + index * PER_EVENT + place}`,
    );
    return `(${id}::uuid, ${index + 1}, ${type}::text, ${schemaVersion}::integer, ${subject}::uuid, ${data}::jsonb, ${sealed}::jsonb)`;
  });
  return `with raised as (${raise} returning version),
    stream as materialized (
      select coalesce((select version from raised), raise_version_conflict($1, $2, $4::integer)) - $3::integer as version
    )
    insert into event (id, number, aggregate_type, aggregate_id, version, type, schema_version, subject_id, command_id, data, metadata, sealed)
    select e.id, nextval('event_number'), $1, $2, stream.version + e.ordinal, e.type, e.schema_version, e.subject, $5, e.data, $6, e.sealed
    from stream cross join (values ${rows.join(', ')}) as e (id, ordinal, type, schema_version, subject, data, sealed)
    order by e.ordinal`;
}
