import type { Logger } from 'pino';
import type { Database } from '../database/database.ts';
import { sqlOf } from '../database/sql.ts';
import { transact } from '../database/transact.ts';
import type { Handler } from './define-handler.ts';

/**
 * Makes the rows of handlers that are new, with their lanes at the beginning of the log or at its present end, and
 * returns how many lanes each has. The number is fixed with the first registration: another one would give an aggregate
 * another lane, with another checkpoint.
 */
export async function registerHandlers(
  database: Database,
  handlers: readonly Handler[],
  logger: Logger,
): Promise<ReadonlyMap<string, number>> {
  return transact(database, async (em) => {
    const sql = sqlOf(em);
    // In one order on every node: two that start at once must not wait for each other.
    await sql(
      `with given as (
         select * from jsonb_to_recordset($1::jsonb) as (name text, kind text, lanes integer, "startAt" text)
       ), created as (
         insert into handler (name, kind, lanes) select name, kind, lanes from given order by name collate "C"
         on conflict (name) do nothing returning name
       )
       insert into handler_lane (handler, lane, position)
       select name, lane, case "startAt" when 'beginning' then 0 else coalesce((select max(position) from event_position), 0) end
       from given join created using (name) cross join lateral generate_series(0, lanes - 1) as lane`,
      [JSON.stringify(handlers.map(({ name, kind, lanes, startAt }) => ({ name, kind, lanes, startAt })))],
    );
    const rows = await sql<{ name: string; lanes: number }>(
      'select name, lanes from handler where name = any($1::text[])',
      [handlers.map((handler) => handler.name)],
    );
    const stored = new Map(rows.map((row) => [row.name, row.lanes]));
    for (const { name, lanes } of handlers) {
      if (stored.get(name) !== lanes) {
        logger.warn(
          { handler: name, declared: lanes, stored: stored.get(name) },
          'The number of lanes stays as first registered',
        );
      }
    }
    return stored;
  });
}
