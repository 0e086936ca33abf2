import type { Sql } from '../database/sql.ts';
import type { CommandMetadata, EventData, RecordedEvent, SealedValues, StoredEvent } from './domain-event.ts';
import type { EventCatalogue } from './event-catalogue.ts';
import { hideUnless, metadataToStore } from './event-encryption.ts';
import {
  candidatesQuery,
  EVENT_COLUMNS,
  type LogPage,
  PLACED_COLUMNS,
  UNPARSED_COLUMNS,
  walkQuery,
} from './log-query.ts';
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
  /** As text at the end of the log, where most who look at an event do not look into its data. */
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
    const isPlain = !page.filter && before === null && !walk && direction !== 'DESC';
    if (isPlain) return this.eventsOf(await this.#sql<EventRow>(NEXT_EVENTS, [after, limit]));
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

  /** The events of rows that have positions. */
  eventsOf(rows: readonly EventRow[]): StoredEvent[] {
    return rows.map((row) => this.#stored(row));
  }

  #stored(row: EventRow): StoredEvent {
    // The event itself, and no copy of it: a copy would parse the data.
    return Object.assign(eventOf(this.#catalogue, row), { position: Number(row.position) });
  }

  /** The stored events with these ids, numbered or not, in no particular order. */
  async readByIds(ids: readonly string[]): Promise<(RecordedEvent & { readonly position: number | null })[]> {
    const rows = await this.#sql<EventRow>(
      `select ${PLACED_COLUMNS} from event e left join event_position p on p.event_id = e.id where e.id = any($1::uuid[])`,
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

const texts = new WeakMap<object, string>();

/** The data of an event as JSON text, where the log gave it as that and it is shown as it is stored. */
export function dataTextOf(event: object): string | undefined {
  return texts.get(event);
}

/** The event of a row, in the present shape of its data and with everything sensitive hidden. */
export function eventOf(catalogue: EventCatalogue, row: Omit<EventRow, 'position'>): RecordedEvent {
  const { data } = row;
  if (typeof data !== 'string') return parsedEvent(catalogue, row, data);
  const definition = catalogue.get(row.type);
  const isShownAsStored =
    !definition || (row.schema_version >= definition.schemaVersion && definition.sensitive.length === 0);
  const hasClearOrigin = row.metadata?.ipAddress != null || row.metadata?.userAgent != null;
  if (isShownAsStored && !hasClearOrigin) return unparsedEvent(row, data);
  return parsedEvent(catalogue, row, JSON.parse(data) as EventData);
}

/** Its data are parsed when somebody looks at them. */
function unparsedEvent(row: Omit<EventRow, 'position'>, text: string): RecordedEvent {
  let parsed: EventData | null = null;
  const parse = (): EventData => (parsed ??= JSON.parse(text) as EventData);
  const { sealed } = row;
  const event: RecordedEvent = {
    ...headOf(row),
    get data() {
      return parse();
    },
    metadata: { ...noMetadata(row.command_id), ...row.metadata },
    sealed: sealed && {
      schemaVersion: row.schema_version,
      get data() {
        return parse();
      },
      values: sealed,
    },
  };
  texts.set(event, text);
  return event;
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
