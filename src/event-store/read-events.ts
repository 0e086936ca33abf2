import type { Sql } from '../database/sql.ts';
import type {
  CommandMetadata,
  EventData,
  RecordedEvent,
  SealedContent,
  SealedValues,
  StoredEvent,
} from './domain-event.ts';
import type { EventCatalogue } from './event-catalogue.ts';
import { hideUnless, metadataToStore } from './event-encryption.ts';
import { candidatesQuery, EVENT_COLUMNS, type LogPage, UNPARSED_COLUMNS, walkQuery } from './log-query.ts';
import { isUnrestricted } from './event-filter.ts';
import { segmentsOf, within } from './log-segments.ts';
import { timestampOf } from './event-id.ts';

/** As the table has it. */
export interface EventRow {
  readonly position: string | null;
  readonly id: string;
  readonly aggregate_type: string;
  readonly aggregate_id: string;
  readonly version: number;
  readonly type: string;
  readonly schema_version: number;
  readonly subject_id: string | null;
  readonly command_id: string;
  /** As text from the log, since many who look at an event do not look into its data. */
  readonly data: EventData | string;
  readonly metadata: Partial<CommandMetadata> | null;
  readonly sealed: SealedValues | null;
}

/** A function, because it has its plan made once: making it takes longer than reading what is new. */
const NEXT_EVENTS = `select ${UNPARSED_COLUMNS} from read_event_log($1, $2) e`;

const MAX_PAGE = 5_000;

/** Reads the numbered log: positions are dense, so a page without a filter that starts at `after + 1` has missed nothing. */
export class EventLog {
  readonly #sql: Sql;
  readonly #catalogue: EventCatalogue;

  constructor(sql: Sql, catalogue: EventCatalogue) {
    this.#sql = sql;
    this.#catalogue = catalogue;
  }

  async read(page: LogPage): Promise<StoredEvent[]> {
    const { filter = {}, after = 0, before = null, walk, direction } = page;
    const limit = Math.min(page.limit, MAX_PAGE);
    if (isUnrestricted(filter) && !walk && direction !== 'DESC') return this.#readNext(after, before, limit);
    const found: StoredEvent[] = [];
    let segments = within(await segmentsOf(this.#sql, filter), after, before);
    // More than one look is needed only where candidates do not match, which is rare.
    for (let look = limit; segments.length > 0; look = Math.min(look * 4, MAX_PAGE)) {
      const { text, parameters } = walk ? walkQuery(page, segments, limit) : candidatesQuery(page, segments, look);
      const rows = await this.#sql<EventRow & { readonly position: string; readonly matches: boolean }>(
        text,
        parameters,
      );
      const matching = rows.filter((row) => row.matches).slice(0, limit - found.length);
      found.push(...matching.map((row) => this.#stored(row)));
      const last = rows.at(-1);
      if (!last || walk || rows.length < look || found.length === limit) break;
      const reached = Number(last.position);
      segments = direction === 'DESC' ? within(segments, after, reached) : within(segments, reached, before);
    }
    return found;
  }

  /** Positions are dense, so that their number bounds what is read. */
  async #readNext(after: number, before: number | null, limit: number): Promise<StoredEvent[]> {
    const most = before === null ? limit : Math.min(limit, before - after - 1);
    if (most <= 0) return [];
    const events = this.eventsOf(await this.#sql<EventRow>(NEXT_EVENTS, [after, most]));
    // Unless the log begins later than that.
    return before === null ? events : events.filter(({ position }) => position < before);
  }

  /** The events of rows that have positions. */
  eventsOf(rows: readonly EventRow[]): StoredEvent[] {
    return rows.map((row) => this.#stored(row));
  }

  #stored(row: EventRow): StoredEvent {
    const { data } = row;
    const position = Number(row.position);
    if (typeof data === 'string' && isShownAsStored(this.#catalogue, row))
      return new UnparsedEvent(row, data, position);
    return Object.assign(eventOf(this.#catalogue, row), { position });
  }

  /** The stored events with these ids, numbered or not, in no particular order. */
  async readByIds(ids: readonly string[]): Promise<(RecordedEvent & { readonly position: number | null })[]> {
    const rows = await this.#sql<EventRow>(
      `select p.position::text as position, ${EVENT_COLUMNS} from event e left join event_position p on p.event_id = e.id where e.id = any($1::uuid[])`,
      [ids],
    );
    return rows.map((row) => ({
      ...eventOf(this.#catalogue, row),
      position: row.position === null ? null : Number(row.position),
    }));
  }

  /** One aggregate's events from a version on, ascending; includes events that have no position yet. */
  async readStream(aggregateType: string, aggregateId: string, fromVersion = 1): Promise<RecordedEvent[]> {
    const rows = await this.#sql<EventRow>(
      `select null as position, ${EVENT_COLUMNS} from event e
       where e.aggregate_type = $1 and e.aggregate_id = $2 and e.version >= $3 order by e.version`,
      [aggregateType, aggregateId, fromVersion],
    );
    return rows.map((row) => eventOf(this.#catalogue, row));
  }

  /** The highest position and the lowest; 0 and 1 while the log is empty. */
  async bounds(): Promise<{ readonly head: number; readonly first: number }> {
    const rows = await this.#sql<{ head: string; first: string }>(
      'select coalesce(max(position), 0)::text as head, coalesce(min(position), 1)::text as first from event_position',
    );
    return { head: Number(rows[0]?.head ?? 0), first: Number(rows[0]?.first ?? 1) };
  }
}

/** Under what a row says of its own: whoever reads metadata finds every field there, whatever wrote the row. */
function noMetadata(commandId: string): CommandMetadata {
  return { userId: null, correlationId: commandId, causationId: null, ipAddress: null, userAgent: null };
}

/** The data of an event as JSON text, where the log gave it as that and it is shown as it is stored. */
export function dataTextOf(event: object): string | undefined {
  return UnparsedEvent.textOf(event);
}

/** The event of a row, in the present shape of its data and with everything sensitive hidden. */
export function eventOf(catalogue: EventCatalogue, row: Omit<EventRow, 'position'>): RecordedEvent {
  const { data } = row;
  return parsedEvent(catalogue, row, typeof data === 'string' ? (JSON.parse(data) as EventData) : data);
}

function isShownAsStored(catalogue: EventCatalogue, { type, schema_version, metadata }: EventRow): boolean {
  const definition = catalogue.get(type);
  const isPresentShape = !definition || schema_version >= definition.schemaVersion;
  const hasSensitiveData = definition !== undefined && definition.sensitive.length > 0;
  const hasClearOrigin = metadata?.ipAddress != null || metadata?.userAgent != null;
  return isPresentShape && !hasSensitiveData && !hasClearOrigin;
}

/**
 * An event whose data are parsed when somebody looks at them. A property of its own all the same, and not of the class: a
 * copy of the event has to have them.
 */
class UnparsedEvent implements StoredEvent {
  readonly id: string;
  readonly type: string;
  readonly schemaVersion: number;
  readonly aggregateType: string;
  readonly aggregateId: string;
  readonly subjectId: string | null;
  readonly version: number;
  readonly commandId: string;
  readonly timestamp: string;
  readonly metadata: CommandMetadata;
  readonly sealed: SealedContent | null;
  readonly position: number;
  declare readonly data: EventData;
  readonly #text: string;
  #parsed: EventData | null = null;

  constructor(row: EventRow, text: string, position: number) {
    this.id = row.id;
    this.type = row.type;
    this.schemaVersion = row.schema_version;
    this.aggregateType = row.aggregate_type;
    this.aggregateId = row.aggregate_id;
    this.subjectId = row.subject_id;
    this.version = row.version;
    this.commandId = row.command_id;
    this.timestamp = timestampOf(row.id);
    this.metadata = { ...noMetadata(row.command_id), ...row.metadata };
    this.position = position;
    this.#text = text;
    Object.defineProperty(this, 'data', UnparsedEvent.#data);
    this.sealed = row.sealed && new UnparsedContent(this, row.sealed);
  }

  static textOf(event: object): string | undefined {
    return #text in event ? event.#text : undefined;
  }

  static readonly #data: PropertyDescriptor & ThisType<UnparsedEvent> = {
    enumerable: true,
    get() {
      return (this.#parsed ??= JSON.parse(this.#text) as EventData);
    },
  };
}

class UnparsedContent implements SealedContent {
  readonly schemaVersion: number;
  readonly values: SealedValues;
  readonly #event: StoredEvent;

  constructor(event: StoredEvent, values: SealedValues) {
    this.schemaVersion = event.schemaVersion;
    this.values = values;
    this.#event = event;
  }

  get data(): EventData {
    return this.#event.data;
  }
}

function parsedEvent(catalogue: EventCatalogue, row: Omit<EventRow, 'position'>, stored: EventData): RecordedEvent {
  const { schemaVersion, data: present } = catalogue.upcast(row.type, row.schema_version, stored);
  const metadata = { ...noMetadata(row.command_id), ...row.metadata };
  // Written before these fields were sealed: hidden all the same.
  const data = hideUnless(present, catalogue.get(row.type)?.sensitive ?? []);
  const hasClearOrigin = metadata.ipAddress !== null || metadata.userAgent !== null;
  const { ipAddress, userAgent } = metadata;
  return {
    ...headOf(row),
    schemaVersion,
    data,
    metadata: hasClearOrigin ? metadataToStore(metadata) : metadata,
    sealed:
      row.sealed || data !== present || hasClearOrigin
        ? {
            schemaVersion: row.schema_version,
            data: stored,
            values: row.sealed ?? {},
            ...(hasClearOrigin ? { clearOrigin: { ipAddress, userAgent } } : {}),
          }
        : null,
  };
}

function headOf(row: Omit<EventRow, 'position'>): Omit<RecordedEvent, 'data' | 'metadata' | 'sealed'> {
  return {
    id: row.id,
    type: row.type,
    schemaVersion: row.schema_version,
    aggregateType: row.aggregate_type,
    aggregateId: row.aggregate_id,
    subjectId: row.subject_id,
    version: row.version,
    commandId: row.command_id,
    timestamp: timestampOf(row.id),
  };
}
