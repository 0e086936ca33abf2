import type { Sql } from '../database/sql.ts';

/**
 * Keeps everybody else from appending to an aggregate's stream until the transaction ends, in the order every append locks.
 * What is loaded after it is the newest state, so recording on it meets no conflict: for the transaction that ends an
 * outside effect, which a conflict would make happen twice. Does nothing for a stream without events.
 */
export async function lockStream(sql: Sql, aggregateType: string, aggregateId: string): Promise<void> {
  await sql('select 1 from event_stream where aggregate_type = $1 and aggregate_id = $2 for update', [
    aggregateType,
    aggregateId,
  ]);
}
