import type { Sql } from '../../database/sql.ts';

const BATCH = 5_000;

/** Deletes tokens of mails that nobody may use any more. */
export async function forgetOldAccountTokens(sql: Sql): Promise<void> {
  for (;;) {
    const gone = await sql(
      `delete from account_token where ctid in
         (select ctid from account_token where expires_at < clock_timestamp() limit $1) returning 1`,
      [BATCH],
    );
    if (gone.length < BATCH) return;
  }
}
