import type { Sql } from '../database/sql.ts';
import { unpark } from './parked-events.ts';

export interface DeadLetter {
  readonly id: string;
  readonly handler: string;
  readonly eventId: string;
  readonly eventType: string;
  readonly aggregateType: string;
  readonly aggregateId: string;
  readonly attempts: number;
  readonly errorClass: string | null;
  readonly error: string | null;
  readonly createdAt: Date;
}

interface DeadLetterRow {
  readonly id: string;
  readonly handler: string;
  readonly position: string;
  readonly event_id: string;
  readonly event_type: string;
  readonly aggregate_type: string;
  readonly aggregate_id: string;
  readonly attempts: number;
  readonly error_class: string | null;
  readonly error_message: string | null;
  readonly parked_at: string;
}

const COLUMNS = `id, handler, position::text, event_id, event_type, aggregate_type, aggregate_id, attempts, error_class, error_message,
  to_char(parked_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as parked_at`;

function letterOf(row: DeadLetterRow): DeadLetter & { readonly sortKey: string } {
  return {
    id: row.id,
    handler: row.handler,
    eventId: row.event_id,
    eventType: row.event_type,
    aggregateType: row.aggregate_type,
    aggregateId: row.aggregate_id,
    attempts: row.attempts,
    errorClass: row.error_class,
    error: row.error_message,
    createdAt: new Date(row.parked_at),
    sortKey: row.parked_at,
  };
}

/** Dead letters, the oldest first, after a place in that order. */
export async function listDeadLetters(
  sql: Sql,
  page: {
    readonly handler: string | null;
    readonly after: readonly [parkedAt: string, id: string] | null;
    readonly limit: number;
  },
): Promise<(DeadLetter & { readonly sortKey: string })[]> {
  const rows = await sql<DeadLetterRow>(
    `select ${COLUMNS} from parked_event where state = 'dead' and ($1::text is null or handler = $1)
       and ($2::timestamptz is null or (parked_at, id) > ($2, $3::uuid)) order by parked_at, id limit $4`,
    [page.handler, page.after?.[0] ?? null, page.after?.[1] ?? null, page.limit],
  );
  return rows.map(letterOf);
}

export async function countDeadLetters(sql: Sql, handler: string | null = null): Promise<number> {
  const rows = await sql<{ count: number }>(
    `select count(*)::int as count from parked_event where state = 'dead' and ($1::text is null or handler = $1)`,
    [handler],
  );
  return rows[0]?.count ?? 0;
}

/** Gives dead letters a fresh set of attempts, from now on; what waits behind them follows in order. */
export async function retryDeadLetters(
  sql: Sql,
  which: { readonly id: string } | { readonly handler: string },
): Promise<DeadLetter[]> {
  const [column, value] = 'id' in which ? ['id', which.id] : ['handler', which.handler];
  await lockLanes(sql, column, value);
  const rows = await sql<DeadLetterRow>(
    `update parked_event set state = 'retrying', attempts = 0, next_attempt_at = clock_timestamp(), updated_at = clock_timestamp()
     where ${column} = $1 and state = 'dead' returning ${COLUMNS}`,
    [value],
  );
  return rows.map(letterOf);
}

/** Gives an event up for this handler: it is never handled, and what waits behind it goes on. Null when it is no dead letter. */
export async function discardDeadLetter(sql: Sql, id: string): Promise<DeadLetter | null> {
  await lockLanes(sql, 'id', id);
  const [row] = await sql<DeadLetterRow>(`select ${COLUMNS} from parked_event where id = $1 and state = 'dead'`, [id]);
  if (!row) return null;
  await unpark(sql, row.handler, Number(row.position));
  return letterOf(row);
}

/** Parking and draining happen under the lane's lock: an operator's hand goes in between, not in the middle. */
async function lockLanes(sql: Sql, column: string, value: string): Promise<void> {
  await sql(
    `select 1 from handler_lane l where (l.handler, l.lane) in
       (select p.handler, p.lane from parked_event p where p.${column} = $1 and p.state = 'dead') order by l.handler, l.lane for update`,
    [value],
  );
}
