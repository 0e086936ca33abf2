import { existsSync } from 'node:fs';
import type { Config } from '../config/config.ts';
import type { Logger } from '../config/logger.ts';
import { openDatabase } from '../database/database.ts';
import type { Sql } from '../database/sql.ts';

/** The correlation ids of the first and the last thing that the demo data does: how it is known again. */
export const FIRST_CORRELATION = '5eed0000-0000-4000-8000-000000000001';
export const LAST_CORRELATION = '5eed0000-0000-4000-8000-000000000002';

/** What stands in the way of filling a database; null when nothing does. */
export type Obstacle =
  /** It was filled before. */
  | 'FILLED'
  /** A run that filled it was cut off. */
  | 'HALF_FILLED'
  /** There are accounts in it. */
  | 'IN_USE'
  /** Another process handles its events, and would send their mails. */
  | 'SERVED'
  | null;

/** Looks without changing anything, at a database that need not even have tables yet. */
export async function findObstacle(config: Config, logger: Logger): Promise<Obstacle> {
  if (config.database.kind === 'embedded' && !existsSync(config.database.dataDir)) return null;
  await using database = await openDatabase(config.database, { entities: [], logger });
  const { sql } = database;
  const [table] = await sql<{ found: boolean }>(`select to_regclass('worker_node') is not null as found`);
  if (!table?.found) return null;
  if ((await sql('select from app_user limit 1')).length > 0) {
    if (await hasEvent(sql, LAST_CORRELATION)) return 'FILLED';
    return (await hasEvent(sql, FIRST_CORRELATION)) ? 'HALF_FILLED' : 'IN_USE';
  }
  if (database.kind === 'embedded') return null;
  const served = await sql(
    'select from worker_node where last_seen_at > clock_timestamp() - make_interval(secs => $1) limit 1',
    [config.handlers.leaseMs / 1_000],
  );
  return served.length > 0 ? 'SERVED' : null;
}

async function hasEvent(sql: Sql, correlationId: string): Promise<boolean> {
  const rows = await sql(`select from event where metadata->>'correlationId' = $1 limit 1`, [correlationId]);
  return rows.length > 0;
}
