import type { Sql } from '../database/sql.ts';

const KEEP_DAYS = 7;
const BATCH = 5_000;

/** Deletes stored command answers after a week: an idempotency key is for retries, not for ever. */
export async function forgetOldAnswers(sql: Sql): Promise<void> {
  for (;;) {
    const gone = await sql(
      `delete from command_answer where ctid in
         (select ctid from command_answer where created_at < clock_timestamp() - make_interval(days => $1) limit $2) returning 1`,
      [KEEP_DAYS, BATCH],
    );
    if (gone.length < BATCH) return;
  }
}
