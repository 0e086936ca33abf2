import type { Sql } from '../database/sql.ts';
import type { CommandMetadata, EventData, RecordedEvent, StoredEvent } from './domain-event.ts';
import type { EventCatalogue } from './event-catalogue.ts';
import { type EventFilter, filterConditions } from './event-filter.ts';
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
  readonly data: EventData;
  readonly metadata: Partial<CommandMetadata> | null;
}

const EVENT_COLUMNS = `e.id, e.aggregate_type, e.aggregate_id, e.version, e.type, e.schema_version,
  e.subject_id, e.command_id, e.data, e.metadata`;
const COLUMNS = `p.position::text as position, ${EVENT_COLUMNS}`;

const MAX_PAGE = 5_000;

export interface LogPage {
  readonly filter?: EventFilter;
  /** Exclusive; 0 is before the first event. */
  readonly after?: number;
  /** Exclusive upper bound. */
  readonly before?: number;
  readonly direction?: 'ASC' | 'DESC';
  /** Only aggregates of this lane out of so many; see `event_lane`. */
  readonly lane?: { readonly index: number; readonly lanes: number };
  /** 1 to 5,000. */
  readonly limit: number;
}

/** Reads the numbered log: positions are dense, so a page without a filter that starts at `after + 1` has missed nothing. */
export class EventLog {
  readonly #sql: Sql;
  readonly #catalogue: EventCatalogue;

  constructor(sql: Sql, catalogue: EventCatalogue) {
    this.#sql = sql;
    this.#catalogue = catalogue;
  }

  async read(page: LogPage): Promise<StoredEvent[]> {
    const parameters: unknown[] = [];
    const conditions = filterConditions(page.filter ?? {}, parameters);
    if (page.after !== undefined) conditions.push(`p.position > $${parameters.push(page.after)}`);
    if (page.before !== undefined) conditions.push(`p.position < $${parameters.push(page.before)}`);
    if (page.lane) {
      const [lanes, index] = [parameters.push(page.lane.lanes), parameters.push(page.lane.index)];
      conditions.push(`event_lane(e.aggregate_type, e.aggregate_id, $${lanes}) = $${index}`);
    }
    const rows = await this.#sql<EventRow>(
      `select ${COLUMNS} from event_position p join event e on e.id = p.event_id
       ${conditions.length > 0 ? `where ${conditions.join(' and ')}` : ''}
       order by p.position ${page.direction === 'DESC' ? 'desc' : 'asc'} limit $${parameters.push(Math.min(page.limit, MAX_PAGE))}`,
      parameters,
    );
    return rows.map((row) => ({ ...eventOf(this.#catalogue, row), position: Number(row.position) }));
  }

  /** The stored events with these ids, numbered or not, in no particular order. */
  async readByIds(ids: readonly string[]): Promise<(RecordedEvent & { readonly position: number | null })[]> {
    const rows = await this.#sql<EventRow>(
      `select ${COLUMNS} from event e left join event_position p on p.event_id = e.id where e.id = any($1::uuid[])`,
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

/** The event of a row, in the present shape of its data. */
export function eventOf(catalogue: EventCatalogue, row: Omit<EventRow, 'position'>): RecordedEvent {
  const { schemaVersion, data } = catalogue.upcast(row.type, row.schema_version, row.data);
  return {
    id: row.id,
    type: row.type,
    schemaVersion,
    aggregateType: row.aggregate_type,
    aggregateId: row.aggregate_id,
    subjectId: row.subject_id,
    version: row.version,
    commandId: row.command_id,
    timestamp: timestampOf(row.id),
    data,
    metadata: { ...noMetadata(row.command_id), ...row.metadata },
  };
}
