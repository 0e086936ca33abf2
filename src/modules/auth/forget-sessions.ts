import type { Sql } from '../../database/sql.ts';

const KEEP_DAYS = 30;
const BATCH = 5_000;

/** Deletes sessions that ended or expired a month ago, with their refresh tokens; what happened in them stays in the log. */
export async function forgetOldSessions(sql: Sql): Promise<void> {
  for (;;) {
    const gone = await sql(
      `delete from session where ctid in
         (select ctid from session where least(expires_at, revoked_at) < clock_timestamp() - make_interval(days => $1) limit $2) returning 1`,
      [KEEP_DAYS, BATCH],
    );
    if (gone.length < BATCH) return;
  }
}
