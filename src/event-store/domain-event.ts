/** A JSON object as stored in `event.data`. */
export type EventData = Readonly<Record<string, unknown>>;

/** Facts about the command that led to an event: the same for all events of one command. */
export interface CommandMetadata {
  readonly userId: string | null;
  readonly correlationId: string;
  readonly causationId: string | null;
  readonly ipAddress: string | null;
  readonly userAgent: string | null;
}

/** What an aggregate records; the store adds version, command and metadata. */
export interface NewEvent {
  /** UUIDv7: its time part is the event's timestamp and chooses the partition. */
  readonly id: string;
  readonly type: string;
  readonly schemaVersion: number;
  readonly aggregateType: string;
  readonly aggregateId: string;
  /** The person the event is about: who may see it without `events:read`, and whose key will encrypt it. */
  readonly subjectId: string | null;
  readonly data: EventData;
}

export interface RecordedEvent extends NewEvent {
  /** 1..n within the aggregate, without gaps. */
  readonly version: number;
  readonly commandId: string;
  /** RFC 3339, UTC, milliseconds. */
  readonly timestamp: string;
  readonly metadata: CommandMetadata;
}

/** An event with its place in the whole log; positions are dense from 1. */
export interface StoredEvent extends RecordedEvent {
  readonly position: number;
}
