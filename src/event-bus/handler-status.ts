import type { Sql } from '../database/sql.ts';

export interface HandlerState {
  readonly name: string;
  readonly kind: string;
  readonly paused: boolean;
  /** The lowest of its lanes' positions. */
  readonly position: number;
  /** Whether every lane has a holder whose lease runs. */
  readonly isHeld: boolean;
  readonly processed: number;
  readonly failed: number;
  /** Parked events of each state. */
  readonly retrying: number;
  readonly waiting: number;
  readonly dead: number;
  readonly lastError: string | null;
  readonly lastProcessedAt: Date | null;
}

interface StateRow extends Omit<
  HandlerState,
  'position' | 'isHeld' | 'processed' | 'failed' | 'lastError' | 'lastProcessedAt'
> {
  readonly position: string;
  readonly is_held: boolean;
  readonly processed: string;
  readonly failed: string;
  readonly last_error: string | null;
  readonly last_processed_at: string | null;
}

/** How every handler of this database stands, by name; or only the named one. */
export async function readHandlerStates(sql: Sql, name: string | null = null): Promise<HandlerState[]> {
  const rows = await sql<StateRow>(
    `select h.name, h.kind, h.paused, h.last_error, l.position::text, l.is_held, l.last_processed_at,
            c.processed::text, c.failed::text, p.retrying, p.waiting, p.dead
     from handler h
     cross join lateral (
       select coalesce(min(position), 0) as position, coalesce(bool_and(lease_expires_at > clock_timestamp()), false) as is_held,
              max(last_processed_at) as last_processed_at
       from handler_lane where handler = h.name) l
     cross join lateral (
       select coalesce(sum(processed), 0) as processed, coalesce(sum(failed), 0) as failed from handler_counter where handler = h.name) c
     cross join lateral (
       select count(*) filter (where state = 'retrying')::int as retrying, count(*) filter (where state = 'waiting')::int as waiting,
              count(*) filter (where state = 'dead')::int as dead
       from parked_event where handler = h.name) p
     where $1::text is null or h.name = $1 order by h.name`,
    [name],
  );
  return rows.map(({ last_error, last_processed_at, is_held, ...row }) => ({
    ...row,
    isHeld: is_held,
    position: Number(row.position),
    processed: Number(row.processed),
    failed: Number(row.failed),
    lastError: last_error,
    lastProcessedAt: last_processed_at === null ? null : new Date(last_processed_at),
  }));
}
