import pg from 'pg';
import type { Sql } from '../../../src/database/sql.ts';
import { waitFor } from '../../support/wait-for.ts';

/** When a worker is held: with its effect written and its checkpoint not moved, or in the middle of its COMMIT. */
export type GatePlace = 'before the checkpoint' | 'in the commit';

const LOCK = 77_001;

/** Holds whatever writes to the canary's sum at a certain point, until it is opened. Only connections of `user`, if given. */
export class CommitGate implements AsyncDisposable {
  readonly #client: pg.Client;

  private constructor(client: pg.Client) {
    this.#client = client;
  }

  static async build(url: string, sql: Sql, place: GatePlace, user: string | null = null): Promise<CommitGate> {
    await sql(`create function hold_at_gate() returns trigger language plpgsql as $$ begin
      if ${user === null ? 'true' : `session_user = '${user}'`} then perform pg_advisory_xact_lock_shared(${LOCK}); end if;
      return null;
    end $$`);
    await sql(
      place === 'in the commit'
        ? `create constraint trigger gate after insert or update on ledger_sum deferrable initially deferred for each row execute function hold_at_gate()`
        : `create trigger gate after insert or update on ledger_sum for each row execute function hold_at_gate()`,
    );
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    return new CommitGate(client);
  }

  async close(): Promise<void> {
    await this.#client.query('select pg_advisory_lock($1)', [LOCK]);
  }

  async open(): Promise<void> {
    await this.#client.query('select pg_advisory_unlock($1)', [LOCK]);
  }

  /** Resolves with the database's process ids of who stands at the gate, once somebody does. */
  async untilSomebodyWaits(): Promise<readonly number[]> {
    return waitFor(
      async () => {
        const waiting = await this.#waiting();
        return waiting.length > 0 && waiting;
      },
      { describe: 'somebody at the gate', timeoutMs: 20_000 },
    );
  }

  /** Resolves when none of these stands at the gate any more; others may. */
  async untilGone(pids: readonly number[]): Promise<void> {
    await waitFor(async () => !(await this.#waiting()).some((pid) => pids.includes(pid)), {
      describe: 'those to have left the gate',
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client.end();
  }

  async #waiting(): Promise<readonly number[]> {
    const { rows } = await this.#client.query<{ pid: number }>(
      `select pid from pg_locks where locktype = 'advisory' and objid = $1 and not granted
         and database = (select oid from pg_database where datname = current_database())`,
      [LOCK],
    );
    return rows.map(({ pid }) => pid);
  }
}
