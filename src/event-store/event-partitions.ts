import type { Sql } from '../database/sql.ts';

const MONTHS_AHEAD = 3;

/**
 * Makes the monthly partitions of the log ahead of time. Events outside all of them land in the default partition:
 * none is lost, but that month can then not be made without moving them.
 */
export async function ensureEventPartitions(sql: Sql): Promise<void> {
  await sql('select ensure_event_partitions($1)', [MONTHS_AHEAD]);
}
