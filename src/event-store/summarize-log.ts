import type { Sql } from '../database/sql.ts';

const POSITIONS_AT_ONCE = 20_000;

/** Brings the summaries of the log up to its end. Nodes may do it at once: one works, the others find nothing to do. */
export async function summarizeLog(sql: Sql): Promise<void> {
  for (let summed = POSITIONS_AT_ONCE; summed === POSITIONS_AT_ONCE;) {
    const [row] = await sql<{ summed: number }>('select summarize_log($1) as summed', [POSITIONS_AT_ONCE]);
    summed = row?.summed ?? 0;
  }
}
