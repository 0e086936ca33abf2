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
    for (const handler of handlers.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      const created = await sql(
        'insert into handler (name, kind, lanes) values ($1, $2, $3) on conflict (name) do nothing returning 1',
        [handler.name, handler.kind, handler.lanes],
      );
      if (created.length === 0) continue;
      await sql(
        `insert into handler_lane (handler, lane, position)
         select $1, lane, case when $3 then 0 else coalesce((select max(position) from event_position), 0) end
         from generate_series(0, $2 - 1) as lane`,
        [handler.name, handler.lanes, handler.startAt === 'beginning'],
      );
    }
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
