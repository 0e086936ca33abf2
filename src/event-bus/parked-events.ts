import type { Sql } from '../database/sql.ts';
import { safeMessage } from '../config/serialize-error.ts';
import type { StoredEvent } from '../event-store/domain-event.ts';
import { EffectRefusedError, type RetryPolicy } from './define-handler.ts';
import type { LaneClaim } from './lane.ts';
import { backoffMs } from './retry.ts';
import { hideTexts } from './hide-texts.ts';

/**
 * The parking place of a lane. An event its handler failed on is `retrying`, later events of the same aggregate are
 * `waiting` behind it, and after the last attempt it is `dead` until an operator decides; other aggregates go on.
 *
 * Only the holder of the lane writes here (besides operators), inside a transaction that holds the lane's row locked,
 * so parking an event and draining the one before it cannot miss each other.
 */

export interface ParkedEvent {
  readonly eventId: string;
  readonly position: number;
  readonly attempts: number;
}

const MAX_ERROR = 2_000;
const MAX_CLASS = 100;
const UNREADABLE = '(unreadable)';

/** Parts events into those whose aggregate has parked ones in the lane, and so must wait, and the others. */
export async function partBlocked(
  sql: Sql,
  lane: LaneClaim,
  events: readonly StoredEvent[],
): Promise<{ readonly blocked: readonly StoredEvent[]; readonly free: readonly StoredEvent[] }> {
  if (events.length === 0) return { blocked: [], free: [] };
  const rows = await sql<{ key: string }>(
    `select distinct p.aggregate_type || '/' || p.aggregate_id as key
     from unnest($3::text[], $4::text[]) as a (type, id)
     join parked_event p on p.handler = $1 and p.lane = $2 and p.aggregate_type = a.type and p.aggregate_id = a.id`,
    [lane.handler, lane.lane, events.map((event) => event.aggregateType), events.map((event) => event.aggregateId)],
  );
  const keys = new Set(rows.map((row) => row.key));
  const isBlocked = (event: StoredEvent): boolean => keys.has(aggregateKey(event));
  return { blocked: events.filter(isBlocked), free: events.filter((event) => !isBlocked(event)) };
}

export function aggregateKey(event: Pick<StoredEvent, 'aggregateType' | 'aggregateId'>): string {
  return `${event.aggregateType}/${event.aggregateId}`;
}

/** Parks events behind earlier ones of their aggregates. */
export async function parkBehind(sql: Sql, lane: LaneClaim, events: readonly StoredEvent[]): Promise<void> {
  if (events.length === 0) return;
  await sql(
    `insert into parked_event (handler, lane, position, event_id, event_type, aggregate_type, aggregate_id, state)
     select $1, $2, e.position, e.id, e.type, e.aggregate_type, e.aggregate_id, 'waiting'
     from unnest($3::bigint[], $4::uuid[], $5::text[], $6::text[], $7::text[]) as e (position, id, type, aggregate_type, aggregate_id)
     on conflict (handler, position) do nothing`,
    [
      lane.handler,
      lane.lane,
      events.map((event) => event.position),
      events.map((event) => event.id),
      events.map((event) => event.type),
      events.map((event) => event.aggregateType),
      events.map((event) => event.aggregateId),
    ],
  );
}

/** Parks an event that failed, or counts one more failure of a parked one; after the last attempt it is dead. */
export async function parkFailed(
  sql: Sql,
  lane: LaneClaim,
  event: StoredEvent,
  failure: {
    readonly error: unknown;
    /** What the handler had read in clear; nothing of it is stored. */
    readonly opened: readonly string[];
    readonly attempts: number;
    readonly policy: RetryPolicy;
  },
): Promise<'retrying' | 'dead'> {
  const { error, opened, attempts, policy } = failure;
  const state = attempts >= policy.maxAttempts || error instanceof EffectRefusedError ? 'dead' : 'retrying';
  await sql(
    `insert into parked_event (handler, lane, position, event_id, event_type, aggregate_type, aggregate_id, state, attempts,
                               next_attempt_at, error_class, error_message)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, clock_timestamp() + make_interval(secs => $10 / 1000.0), $11, $12)
     on conflict (handler, position) do update set state = excluded.state, attempts = excluded.attempts,
       next_attempt_at = excluded.next_attempt_at, error_class = excluded.error_class, error_message = excluded.error_message,
       updated_at = clock_timestamp()`,
    [
      lane.handler,
      lane.lane,
      event.position,
      event.id,
      event.type,
      event.aggregateType,
      event.aggregateId,
      state,
      attempts,
      backoffMs(policy, attempts),
      errorClass(error),
      errorText(error, opened),
    ],
  );
  await sql('update handler set last_error = $2, last_error_at = clock_timestamp() where name = $1', [
    lane.handler,
    errorText(error, opened),
  ]);
  return state;
}

/** The parked events whose next attempt is due, one per aggregate: the others stand behind it. */
export async function dueEvents(sql: Sql, lane: LaneClaim, limit: number): Promise<ParkedEvent[]> {
  const rows = await sql<{ event_id: string; position: string; attempts: number }>(
    `select event_id, position::text, attempts from parked_event
     where handler = $1 and lane = $2 and state = 'retrying' and next_attempt_at <= clock_timestamp() order by next_attempt_at limit $3`,
    [lane.handler, lane.lane, limit],
  );
  return rows.map((row) => ({ eventId: row.event_id, position: Number(row.position), attempts: row.attempts }));
}

/** Takes a handled event out and makes the next one of its aggregate due. */
export async function unpark(sql: Sql, handler: string, position: number): Promise<void> {
  await sql(
    `with gone as (
       delete from parked_event where handler = $1 and position = $2 returning lane, aggregate_type, aggregate_id
     )
     update parked_event p set state = 'retrying', next_attempt_at = clock_timestamp(), updated_at = clock_timestamp()
     where p.handler = $1 and p.state = 'waiting' and p.position = (
       select min(n.position) from parked_event n join gone on n.lane = gone.lane and n.aggregate_type = gone.aggregate_type
         and n.aggregate_id = gone.aggregate_id where n.handler = $1 and n.position > $2)`,
    [handler, position],
  );
}

function errorClass(error: unknown): string {
  return storable(error instanceof Error ? textOf(() => error.name) : typeof error, MAX_CLASS);
}

/** What may be stored of an error: without row values, secrets and NUL, and not a megabyte of it. */
function errorText(error: unknown, opened: readonly string[]): string {
  const text = textOf(() => (error instanceof Error ? safeMessage(error) : error));
  return storable(hideTexts(text, opened), MAX_ERROR);
}

/** Anything may be thrown: what has no text, or throws when asked for it, must not keep its event from being parked. */
function textOf(read: () => unknown): string {
  try {
    return String(read());
  } catch {
    return UNREADABLE;
  }
}

function storable(text: string, length: number): string {
  return text.slice(0, length).replaceAll('\0', '').toWellFormed();
}
