import type { SqlEntityManager } from '@mikro-orm/sql';
import { putOff, type Sql } from '../database/sql.ts';
import type { Statement } from '../database/statement.ts';
import { ConcurrencyError, ConflictError } from '../errors.ts';
import { appendStatement, MAX_DIRECT_EVENTS } from './append-statement.ts';
import type { NewEvent, RecordedEvent } from './domain-event.ts';
import type { EventContext } from './event-context.ts';
import { metadataToStore, type SealedEvent, sealStreams, sealWith } from './event-encryption.ts';
import { timestampOf } from './event-id.ts';
import type { SubjectKeys } from './subject-keys.ts';

/** Raised by the function `append_events`; see the event store's first migration. */
const VERSION_CONFLICT = 'SBV01';
const EVENT_ID_CONFLICT = 'SBI01';
const UNIQUE_VIOLATION = '23505';

/** Says which stream it was, so that who tries again can keep others from it meanwhile. */
export class StreamConflictError extends ConcurrencyError {
  readonly aggregateType: string;
  readonly aggregateId: string;

  constructor(conflict: StreamConflict, options?: ErrorOptions) {
    super(conflict.expectedVersion, conflict.actualVersion, options);
    this.aggregateType = conflict.aggregateType;
    this.aggregateId = conflict.aggregateId;
  }
}

interface StreamConflict {
  readonly aggregateType: string;
  readonly aggregateId: string;
  readonly expectedVersion: number;
  readonly actualVersion: number;
}

export interface StreamAppend {
  readonly aggregateType: string;
  readonly aggregateId: string;
  /** The stored version the caller decided on; 0 for a new stream; `any` appends behind whatever is there. */
  readonly expectedVersion: number | 'any';
  readonly events: readonly NewEvent[];
}

/** As every aggregate knows it. */
export type ExpectedAppend = StreamAppend & { readonly expectedVersion: number };

type SealedAppend = Omit<StreamAppend, 'events'> & { readonly events: readonly SealedEvent[] };

/**
 * Appends what aggregates recorded, in the transaction of `em`, and does not wait for it: the versions follow from the
 * expected ones, and a conflict is thrown by the statement it goes out with, at the latest by the commit (`putOff`).
 */
export async function appendRecorded(
  em: SqlEntityManager,
  streams: readonly ExpectedAppend[],
  context: EventContext,
): Promise<RecordedEvent[]> {
  const sealed = await sealStreams(em, streams, context);
  const [only] = sealed;
  const isDirect = sealed.length === 1 && only && only.events.length <= MAX_DIRECT_EVENTS;
  const statement = isDirect ? appendStatement(only, context) : functionCall(sealed, context);
  await putOff(em, { ...statement, refusal: conflictOf });
  return sealed.flatMap(({ events, expectedVersion }) =>
    events.map((event, index) => recordedEvent(event, expectedVersion + index + 1, context)),
  );
}

/**
 * Appends to any number of streams in one round trip, inside the caller's transaction; each stream must occur once.
 * The same events again (same ids, same content, same command) are accepted silently.
 *
 * @param keys of the people the events are about; needed only where there is something to seal.
 * @throws StreamConflictError when a stream is not at its expected version.
 * @throws ConflictError when an event id stands for another event already.
 */
export async function appendEvents(
  sql: Sql,
  streams: readonly StreamAppend[],
  context: EventContext,
  keys: SubjectKeys | null = null,
): Promise<RecordedEvent[]> {
  const sealed = await sealWith(keys, sql, streams, context);
  const { text, values } = functionCall(sealed, context);
  let versions: readonly number[];
  try {
    const rows = await sql<{ versions: number[] }>(text, values);
    versions = rows[0]?.versions ?? [];
  } catch (error) {
    throw conflictOf(error);
  }
  return sealed.flatMap(({ events }, index) =>
    events.map((event, place) => recordedEvent(event, (versions[index] ?? 0) - events.length + place + 1, context)),
  );
}

function functionCall(streams: readonly SealedAppend[], context: EventContext): Statement {
  const events = streams.flatMap((stream, index) =>
    stream.events.map((event, place) => ({ event, stream: index + 1, ordinal: place + 1 })),
  );
  const values = [
    context.commandId,
    JSON.stringify(metadataToStore(context.metadata)),
    streams.map((stream) => stream.aggregateType),
    streams.map((stream) => stream.aggregateId),
    streams.map((stream) => (stream.expectedVersion === 'any' ? -1 : stream.expectedVersion)),
    streams.map((stream) => stream.events.length),
    events.map((entry) => entry.stream),
    events.map((entry) => entry.ordinal),
    events.map((entry) => entry.event.id),
    events.map((entry) => entry.event.type),
    events.map((entry) => entry.event.schemaVersion),
    events.map((entry) => entry.event.subjectId),
    events.map((entry) => JSON.stringify(entry.event.data)),
    events.map(({ event: { sealed } }) => sealed && JSON.stringify(sealed)),
  ];
  return { text: 'select append_events($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14) as versions', values };
}

function recordedEvent(event: SealedEvent, version: number, { commandId, metadata }: EventContext): RecordedEvent {
  const { sealed: values, ...hidden } = event;
  return {
    ...hidden,
    version,
    commandId,
    timestamp: timestampOf(event.id),
    metadata: metadataToStore(metadata),
    sealed: values && { schemaVersion: event.schemaVersion, data: event.data, values },
  };
}

function conflictOf(error: unknown): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error;
  if (error.code === EVENT_ID_CONFLICT || error.code === UNIQUE_VIOLATION)
    return new ConflictError('An event with this id is stored already.', { cause: error });
  if (error.code === VERSION_CONFLICT && 'detail' in error) {
    return new StreamConflictError(JSON.parse(String(error.detail)) as StreamConflict, { cause: error });
  }
  return error;
}
