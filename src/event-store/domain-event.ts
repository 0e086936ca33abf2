/** A JSON object as stored in `event.data`. */
export type EventData = Readonly<Record<string, unknown>>;

/** Ciphertexts by the path of their field, `data.user.email` or `metadata.ipAddress`; see event-encryption.ts. */
export type SealedValues = Readonly<Record<string, string>>;

/** Facts about the command that led to an event: the same for all events of one command. */
export interface CommandMetadata {
  readonly userId: string | null;
  readonly correlationId: string;
  readonly causationId: string | null;
  readonly ipAddress: string | null;
  readonly userAgent: string | null;
  /** W3C `traceparent` of the span in which it was recorded, where something traces. */
  readonly traceParent?: string;
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
  /** Paths in the data of what is encrypted when it is appended. */
  readonly sensitive?: readonly string[];
}

/** What of an event only some may read, as it is stored. */
export interface SealedContent {
  /** Of `data` as stored. */
  readonly schemaVersion: number;
  /** As stored, with something in the place of what is sealed. */
  readonly data: EventData;
  readonly values: SealedValues;
  /** Of an event that was written before such things were sealed. */
  readonly clearOrigin?: Pick<CommandMetadata, 'ipAddress' | 'userAgent'>;
}

/** As the log gives it to everybody: what is sensitive is hidden, and `EventReader` shows it to who may read it. */
export interface RecordedEvent extends Omit<NewEvent, 'sensitive'> {
  /** 1..n within the aggregate, without gaps. */
  readonly version: number;
  readonly commandId: string;
  /** RFC 3339, UTC, milliseconds. */
  readonly timestamp: string;
  /** Address and device are sealed, hence null until they are shown. */
  readonly metadata: CommandMetadata;
  readonly sealed?: SealedContent | null;
}

/** An event with its place in the whole log; positions are dense from 1. */
export interface StoredEvent extends RecordedEvent {
  readonly position: number;
}
