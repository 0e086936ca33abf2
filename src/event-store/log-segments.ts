import type { Sql } from '../database/sql.ts';
import type { EventFilter } from './event-filter.ts';
import { eventIdFloor } from './event-id.ts';

/** A stretch of the log in which matching events can stand. */
export interface LogSegment {
  /** Exclusive. */
  readonly after: number;
  /** Exclusive; null: the end of the log. */
  readonly before: number | null;
  /** The types they can have there; null: any. */
  readonly types: readonly string[] | null;
}

interface SummaryRow {
  readonly first: string | null;
  readonly last: string | null;
  readonly summed: string;
  readonly types: readonly string[] | null;
}

/**
 * Where to look for what a filter asks for, by the summaries of the log, which say which ids stand in which stretch and
 * which types occur with which type of aggregate. What is not summed up yet may hold anything.
 *
 * Times follow positions only nearly: an event is placed after its commit, and one that is brought in from elsewhere keeps
 * its time. So a range of times becomes the stretches that hold such ids, however they came there.
 */
export async function segmentsOf(sql: Sql, filter: EventFilter): Promise<readonly LogSegment[]> {
  const types = filter.types ? [...new Set(filter.types)] : null;
  const { from, to, aggregateType } = filter;
  if (!from && !to && aggregateType === undefined) return [{ after: 0, before: null, types }];
  const [row] = await sql<SummaryRow>(
    `select s.position::text as summed,
            (select min(first_position) from log_stretch where $1::uuid is null or highest_id >= $1)::text as first,
            (select max(last_position) from log_stretch where $2::uuid is null or lowest_id < $2)::text as last,
            case when $3::text is not null
                 then array(select distinct d.type from event_type_day d where d.aggregate_type = $3) end as types
     from log_summary s`,
    [from ? eventIdFloor(from.getTime()) : null, to ? eventIdFloor(to.getTime() + 1) : null, aggregateType ?? null],
  );
  const summed = Number(row?.summed ?? 0);
  const known = row?.types ?? null;
  const inSummary: LogSegment = {
    after: Number(row?.first ?? summed + 1) - 1,
    before: Number(row?.last ?? 0) + 1,
    types: known && types ? known.filter((type) => types.includes(type)) : (known ?? types),
  };
  return [inSummary, { after: summed, before: null, types }].filter((segment) => !isEmpty(segment));
}

/** What of the segments lies between two positions, both exclusive. */
export function within(segments: readonly LogSegment[], after: number, before: number | null): LogSegment[] {
  return segments
    .map((segment) => ({
      ...segment,
      after: Math.max(segment.after, after),
      before:
        before === null || segment.before === null ? (segment.before ?? before) : Math.min(segment.before, before),
    }))
    .filter((segment) => !isEmpty(segment));
}

function isEmpty({ after, before, types }: LogSegment): boolean {
  return (before !== null && before - after < 2) || types?.length === 0;
}
