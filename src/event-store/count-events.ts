import type { Sql } from '../database/sql.ts';
import type { EventFilter } from './event-filter.ts';
import { eventIdFloor, LAST_EVENT_TIME } from './event-id.ts';
import { countQuery } from './log-query.ts';
import { segmentsOf, within } from './log-segments.ts';

export interface EventTypeCount {
  readonly type: string;
  readonly aggregateType: string;
  readonly count: number;
  readonly firstAt: Date;
  readonly lastAt: Date;
}

interface CountRow {
  readonly type: string;
  readonly aggregate_type: string;
  readonly count: string;
  readonly first_at: string | Date;
  readonly last_at: string | Date;
}

const DAY_MS = 86_400_000;

/**
 * How many events match, per type and type of aggregate. By types, type of aggregate and time it adds up what was counted
 * per day, and counts only what is not summed up yet and the days that the range cuts; with another filter it counts the
 * matching events.
 */
export async function countEvents(sql: Sql, filter: EventFilter): Promise<EventTypeCount[]> {
  const { aggregateId, userId, correlationId, subjectId } = filter;
  const isKeyed = [aggregateId, userId, correlationId, subjectId].some((value) => value !== undefined);
  return isKeyed ? countMatches(sql, filter) : sumDays(sql, filter);
}

/** Counts every matching event up to a position. */
export async function countMatches(
  sql: Sql,
  filter: EventFilter,
  upTo: number | null = null,
): Promise<EventTypeCount[]> {
  const segments = within(await segmentsOf(sql, filter), 0, upTo === null ? null : upTo + 1);
  if (segments.length === 0) return [];
  const { text, parameters } = countQuery(filter, segments);
  return (await sql<CountRow>(text, parameters)).map(countOf);
}

async function sumDays(sql: Sql, { types, aggregateType, from, to }: EventFilter): Promise<EventTypeCount[]> {
  const parameters: unknown[] = [];
  const place = (value: unknown): string => `$${parameters.push(value)}`;
  const ofEvent = [
    ...(types ? [`e.type = any (${place([...types])}::text[])`] : []),
    ...(aggregateType === undefined ? [] : [`e.aggregate_type = ${place(aggregateType)}`]),
  ];
  const span = spanOf(from, to);
  if (span === null) return [];
  const { firstDay, endDay, edges } = daysOf(span);
  const ofDay = [
    ...(firstDay === null ? [] : [`e.day >= ${place(firstDay / DAY_MS)}::integer + date '1970-01-01'`]),
    ...(endDay === null ? [] : [`e.day < ${place(endDay / DAY_MS)}::integer + date '1970-01-01'`]),
  ];
  const inTime = ([low, high]: TimeSpan): string[] => [
    ...(low === null ? [] : [`p.event_id >= ${place(eventIdFloor(low))}::uuid`]),
    ...(high === null ? [] : [`p.event_id < ${place(eventIdFloor(high))}::uuid`]),
  ];
  const counted = (conditions: readonly string[]): string =>
    `select e.type, e.aggregate_type, 1 as count, event_id_time(e.id) as first_at, event_id_time(e.id) as last_at
     from event_position p join event e on e.id = p.event_id where ${[...ofEvent, ...conditions].join(' and ')}`;
  const summed = '(select position from log_summary)';
  const parts = [
    `select e.type, e.aggregate_type, e.count, e.first_at, e.last_at from event_type_day e ${whereOf([...ofEvent, ...ofDay])}`,
    counted([`p.position > ${summed}`, ...inTime(span)]),
    ...edges.map((edge) => counted([`p.position <= ${summed}`, ...inTime(edge)])),
  ];
  const rows = await sql<CountRow>(
    `select type, aggregate_type, sum(count)::text as count, min(first_at) as first_at, max(last_at) as last_at
     from (${parts.join(' union all ')}) c group by type, aggregate_type`,
    parameters,
  );
  return rows.map(countOf);
}

/** Milliseconds since 1970, from and below; null: no limit. */
type TimeSpan = readonly [low: number | null, high: number | null];

/** Null when no event can be in it. An event's time is in its id, which begins with 1970. */
function spanOf(from: Date | undefined, to: Date | undefined): TimeSpan | null {
  const [start, end] = [from?.getTime() ?? 0, to ? to.getTime() + 1 : LAST_EVENT_TIME];
  if (start > LAST_EVENT_TIME || end <= 0) return null;
  return [start <= 0 ? null : start, end >= LAST_EVENT_TIME ? null : end];
}

/** The whole days (UTC) in a span of time, and what is left of it at both ends. */
function daysOf([start, end]: TimeSpan): {
  readonly firstDay: number | null;
  readonly endDay: number | null;
  readonly edges: readonly TimeSpan[];
} {
  const firstDay = start === null ? null : Math.ceil(start / DAY_MS) * DAY_MS;
  const endDay = end === null ? null : Math.floor(end / DAY_MS) * DAY_MS;
  if (firstDay !== null && endDay !== null && firstDay >= endDay) {
    return { firstDay, endDay: firstDay, edges: [[start, end]] };
  }
  const edges: TimeSpan[] = [];
  if (firstDay !== null && start !== firstDay) edges.push([start, firstDay]);
  if (endDay !== null && end !== endDay) edges.push([endDay, end]);
  return { firstDay, endDay, edges };
}

function whereOf(conditions: readonly string[]): string {
  return conditions.length > 0 ? `where ${conditions.join(' and ')}` : '';
}

function countOf(row: CountRow): EventTypeCount {
  return {
    type: row.type,
    aggregateType: row.aggregate_type,
    count: Number(row.count),
    firstAt: new Date(row.first_at),
    lastAt: new Date(row.last_at),
  };
}
