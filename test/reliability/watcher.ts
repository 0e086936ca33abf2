import { withPostgres } from '../support/postgres-client.ts';
import type { Look } from './checker/history.ts';
import { pause } from './pause.ts';

const BETWEEN_LOOKS_MS = 300;
/** A server that is killed under a look may leave it without an end. */
const LONGEST_LOOK_MS = 5_000;

const PLACED = `select position::float8 as position, event_id as "eventId" from inspect.events
  where position > $1 order by position`;
const PROGRESS = `select handler, lane, position::float8 as position, epoch::float8 as epoch from inspect.handler_progress`;
const IDLE = `select coalesce(max(extract(epoch from clock_timestamp() - state_change) * 1000), 0)::float8 as idle
  from pg_stat_activity where state like 'idle in transaction%'`;

/** Looks into the database again and again, past the program, to say later how it was. */
export class Watcher {
  readonly looks: Look[] = [];
  #seen = 0;

  async run(databaseUrl: string, isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      // While the server is away there is nothing to be seen.
      const look = await Promise.race([this.#look(databaseUrl).catch(() => null), pause(LONGEST_LOOK_MS)]);
      if (look) this.looks.push(look);
      await pause(BETWEEN_LOOKS_MS);
    }
  }

  #look(databaseUrl: string): Promise<Look> {
    return withPostgres(databaseUrl, async (client) => {
      const placed = await client.query<Look['placed'][number]>(PLACED, [this.#seen]);
      const progress = await client.query<Look['progress'][number]>(PROGRESS);
      const idle = await client.query<{ idle: number }>(IDLE);
      this.#seen = placed.rows.at(-1)?.position ?? this.#seen;
      return { placed: placed.rows, progress: progress.rows, idleInTransactionMs: idle.rows[0]?.idle ?? 0 };
    });
  }
}
