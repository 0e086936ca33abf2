import { KNOWN_EVENT_TYPES, type KnownEvent } from './events.generated.ts';

export interface EventMetadata {
  /** When it was recorded, RFC 3339 in UTC. */
  readonly timestamp: string;
  /** Who acted; null when nobody was signed in. */
  readonly userId: string | null;
  readonly correlationId: string;
  readonly causationId: string | null;
  readonly ipAddress: string | null;
  readonly userAgent: string | null;
}

/** What all events have. `data` is the state after the change. */
export interface RecordedEvent<Type extends string, AggregateType extends string, Data> {
  readonly id: string;
  readonly type: Type;
  readonly aggregateType: AggregateType;
  readonly aggregateId: string;
  /** In the aggregate: 1..n without gaps. */
  readonly version: number;
  /** Of `data`; may be newer than the one this package was made with, which then still holds all that is declared here. */
  readonly schemaVersion: number;
  readonly data: Data;
  readonly metadata: EventMetadata;
  /** Its place in the log. Null only in the answer of the mutation that recorded it. */
  readonly cursor: string | null;
}

/** An event of a type that the server has and this version of the package does not know. Ignore it, or log it. */
export interface UnrecognizedEvent extends RecordedEvent<'UNRECOGNIZED', string, unknown> {
  /** What the server calls its type. */
  readonly unrecognizedType: string;
}

/** Narrow it by `type`; the last case is `UNRECOGNIZED`. */
export type DomainEvent = KnownEvent | UnrecognizedEvent;

export type KnownEventType = KnownEvent['type'];

/** The event of one type, or the union of those of several. */
export type EventOf<Type extends DomainEvent['type']> = Extract<DomainEvent, { readonly type: Type }>;

/** An event as a stream gives it. */
export type StreamedEvent<Event extends DomainEvent = DomainEvent> = Event & { readonly cursor: string };

/** The event as the types promise it: `UNRECOGNIZED` in place of a type that they do not know. */
export function recognizeEvent<Event extends { readonly type: string }>(event: Event): Event {
  if (KNOWN_EVENT_TYPES.has(event.type)) return event;
  return { ...event, type: 'UNRECOGNIZED', unrecognizedType: event.type };
}

/** An answer with all events in it recognized. */
export function recognizeEvents(answer: unknown): unknown {
  if (Array.isArray(answer)) return answer.map(recognizeEvents);
  if (typeof answer !== 'object' || answer === null) return answer;
  if (isEvent(answer)) return recognizeEvent(answer);
  return Object.fromEntries(Object.entries(answer).map(([name, value]) => [name, recognizeEvents(value)]));
}

function isEvent(value: object): value is { readonly type: string } {
  return 'schemaVersion' in value && 'metadata' in value && 'type' in value && typeof value.type === 'string';
}
