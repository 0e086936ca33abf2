import type { Sql } from '../../database/sql.ts';
import { RequestError } from '../../errors.ts';
import { activeGeneration } from '../../event-bus/projection-registry.ts';

export interface UserStats {
  readonly totalUsers: number;
  readonly activeUsers: number;
  readonly newUsersThisMonth: number;
  /** RFC 3339; null while there has been nobody. */
  readonly lastUpdated: string | null;
  /** Every event up to it is counted. */
  readonly position: number;
}

interface StatsRow {
  readonly ready: boolean;
  readonly position: string;
  readonly total: number;
  readonly active: number;
  readonly recent: number;
  readonly last_event_at: string | Date | null;
}

/** One statement, so that the numbers and the position are of one moment. */
const READ = `
  select j.generation > 0 as ready, l.position::text, coalesce(sum(s.total), 0)::integer as total, coalesce(sum(s.active), 0)::integer as active,
         coalesce(sum(s.total) filter (where s.month = $1::date), 0)::integer as recent, max(s.last_event_at) as last_event_at
  from projection j join handler_lane l on l.handler = j.name
  left join user_stats s on s.generation = ${activeGeneration('user_stats')}
  where j.name = 'user_stats' group by j.generation, l.position`;

/**
 * @param month its first day, as YYYY-MM-DD.
 * @throws RequestError SERVICE_UNAVAILABLE while they are being made for the first time.
 */
export async function readUserStats(sql: Sql, month: string): Promise<UserStats> {
  const [row] = await sql<StatsRow>(READ, [month]);
  if (!row?.ready) throw statisticsNotReady();
  return {
    totalUsers: row.total,
    activeUsers: row.active,
    newUsersThisMonth: row.recent,
    lastUpdated: row.last_event_at === null ? null : new Date(row.last_event_at).toISOString(),
    position: Number(row.position),
  };
}

export function statisticsNotReady(): RequestError {
  return new RequestError('SERVICE_UNAVAILABLE', 'The statistics are being prepared. Ask again in a moment.', {
    retryAfterMs: 2_000,
  });
}
