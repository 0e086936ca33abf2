import type { Sql } from '../database/sql.ts';
import { setTime } from './clock.ts';

const MONTHS_AHEAD = 3;

/**
 * Makes the monthly partitions of the log ahead of time, and where events are told of an earlier time (clock.ts) from that
 * month on. Events outside all of them land in the default partition: none is lost, but that month can then not be made
 * without moving them.
 */
export async function ensureEventPartitions(sql: Sql): Promise<void> {
  const since = setTime();
  await sql('select ensure_event_partitions($1)', [MONTHS_AHEAD]);
  if (since !== null) await sql('select ensure_event_partitions_since($1)', [new Date(since)]);
}
