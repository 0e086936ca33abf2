import { type EventFilter, filterConditions, type KeyCondition } from './event-filter.ts';
import type { LogSegment } from './log-segments.ts';

/** What `read` is asked for. */
export interface LogPage {
  readonly filter?: EventFilter;
  /** Exclusive; 0 is before the first event. */
  readonly after?: number;
  /** Exclusive upper bound. */
  readonly before?: number;
  readonly direction?: 'ASC' | 'DESC';
  /** Only aggregates of this lane out of so many; see `event_lane`. Only with `walk`. */
  readonly lane?: { readonly index: number; readonly lanes: number };
  /**
   * Goes through every position and leaves out what does not match, rather than looking up the matching ones: for who
   * reads most of a stretch, which the caller bounds. By `types` alone.
   */
  readonly walk?: boolean;
  /** 1 to 5,000. */
  readonly limit: number;
}

export const EVENT_COLUMNS = `e.id, e.aggregate_type, e.aggregate_id, e.version, e.type, e.schema_version,
  e.subject_id, e.command_id, e.data, e.metadata, e.sealed`;
/** With the data as text: see `EventRow`. */
const UNPARSED_EVENT_COLUMNS = EVENT_COLUMNS.replace('e.data,', 'e.data::text as data,');
/** Of `e`, which has a position. */
export const UNPARSED_COLUMNS = `e.position, ${UNPARSED_EVENT_COLUMNS}`;
/** Of `e`, which `p` gives its position. */
const PLACED_COLUMNS = `p.position::text as position, ${UNPARSED_EVENT_COLUMNS}`;

interface PageStatement {
  /** Its rows have a column `matches` besides those of the event. */
  readonly text: string;
  readonly parameters: readonly unknown[];
}

/** Rows of the ledger that a page may read and sort to have those it wants; see `candidatesQuery`. */
const MOST_SORTED = 2_000;

/**
 * The statement that reads the first `look` candidates in these segments, of which there is at least one. Whatever the
 * filter, an index of the ledger gives the candidates in log order, so that it ends when it has enough:
 *
 *   aggregate, correlation, subject, actor   their keys
 *   types                                    one branch per type, merged in order
 *   otherwise                                the positions
 *
 * The planner would rather go through the positions where it takes a key or type for frequent, on the assumption that its
 * events stand everywhere: those of somebody who left a year ago it would look for in all of that year. An order that begins
 * with the key leaves it only the key's index; what the branches found is then sorted. Many types at once are left to the
 * planner: each branch reads as much as the page wants, and all but one page of that would be in vain.
 *
 * Candidates that do not match after all, since keys are hashes and summaries coarse, are told by `matches`.
 */
export function candidatesQuery(page: LogPage, segments: readonly LogSegment[], look: number): PageStatement {
  const parameters: unknown[] = [];
  const place = (value: unknown): string => `$${parameters.push(value)}`;
  const { ledger, event } = filterConditions(page.filter ?? {}, parameters);
  const direction = page.direction === 'DESC' ? 'desc' : 'asc';
  const first = `p.position ${direction} limit ${place(look)}`;
  const order = `order by ${first}`;
  const [rarest, ...others] = ledger;
  const branches = segments.flatMap((segment) => {
    const positions = positionConditions(segment, place);
    const keys: readonly (KeyCondition | null)[] = rarest ? [rarest] : typeKeys(segment, place);
    const types = rarest ? typeConditions(segment, place) : [];
    const isLed = rarest !== undefined || keys.length * look <= MOST_SORTED;
    return keys.map((key) => {
      const conditions = [...others.map(equals), ...types, ...positions];
      if (!key) return branch(conditions, order);
      if (!isLed) return branch([equals(key), ...conditions], order);
      const { column, value } = key;
      const led = [`${column} >= ${value}`, `${column} <= ${value}`, ...conditions];
      return branch(led, `order by ${column} ${direction}, ${first}`);
    });
  });
  const candidates = branches.length === 1 ? branches[0] : `select * from (${branches.join(' union all ')}) p ${order}`;
  const text = `select ${PLACED_COLUMNS}, ${event.join(' and ') || 'true'} as matches
    from (${candidates}) p join event e on e.id = p.event_id ${order}`;
  return { text, parameters };
}

/** The statement for who goes through a stretch: reads it in order and leaves out what does not match. */
export function walkQuery(page: LogPage, segments: readonly LogSegment[], limit: number): PageStatement {
  const parameters: unknown[] = [];
  const place = (value: unknown): string => `$${parameters.push(value)}`;
  const { ledger, event } = filterConditions(page.filter ?? {}, parameters);
  const [segment] = segments;
  const conditions = segment ? [...typeConditions(segment, place), ...positionConditions(segment, place)] : [];
  if (page.lane) {
    const [lanes, index] = [place(page.lane.lanes), place(page.lane.index)];
    conditions.push(`event_lane(e.aggregate_type, e.aggregate_id, ${lanes}) = ${index}`);
  }
  const text = `select ${PLACED_COLUMNS}, true as matches from event_position p join event e on e.id = p.event_id
    ${whereOf([...ledger.map(equals), ...event, ...conditions])}
    order by p.position ${page.direction === 'DESC' ? 'desc' : 'asc'} limit ${place(limit)}`;
  return { text, parameters };
}

/** The statement that counts what matches, per type and type of aggregate: it reads all of it. */
export function countQuery(
  filter: EventFilter,
  segments: readonly LogSegment[],
): { readonly text: string; readonly parameters: readonly unknown[] } {
  const parameters: unknown[] = [];
  const place = (value: unknown): string => `$${parameters.push(value)}`;
  const { ledger, event } = filterConditions(filter, parameters);
  const branches = segments.map((segment) =>
    branch([...ledger.map(equals), ...typeConditions(segment, place), ...positionConditions(segment, place)]),
  );
  const text = `select e.type, e.aggregate_type, count(*)::text as count, min(event_id_time(e.id)) as first_at, max(event_id_time(e.id)) as last_at
    from (${branches.join(' union all ')}) p join event e on e.id = p.event_id ${whereOf(event)} group by e.type, e.aggregate_type`;
  return { text, parameters };
}

function typeConditions({ types }: LogSegment, place: (value: unknown) => string): string[] {
  return types === null ? [] : [`p.type = any(${place([...types])}::text[])`];
}

/** One per branch; null: of any type. */
function typeKeys({ types }: LogSegment, place: (value: unknown) => string): (KeyCondition | null)[] {
  return types === null ? [null] : types.map((type) => ({ column: 'p.type', value: `${place(type)}::text` }));
}

function equals({ column, value }: KeyCondition): string {
  return `${column} = ${value}`;
}

function positionConditions({ after, before }: LogSegment, place: (value: unknown) => string): string[] {
  return [
    ...(after > 0 ? [`p.position > ${place(after)}`] : []),
    ...(before === null ? [] : [`p.position < ${place(before)}`]),
  ];
}

function branch(conditions: readonly string[], order = ''): string {
  return `(select p.position, p.event_id from event_position p ${whereOf(conditions)} ${order})`;
}

function whereOf(conditions: readonly string[]): string {
  return conditions.length > 0 ? `where ${conditions.join(' and ')}` : '';
}
