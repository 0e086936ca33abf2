import type { Sql } from '../database/sql.ts';
import type { ReceivedEvent, SagaPlace, SagaStatus } from './saga-turn.ts';

export interface SagaInstance extends SagaPlace {
  readonly id: string;
  readonly saga: string;
  readonly key: string;
  /** Ids of events. */
  readonly startedBy: string;
  readonly correlationId: string;
  readonly state: Readonly<Record<string, unknown>>;
  readonly compensated: readonly string[];
  /** Failed attempts of the step, or the compensation, it stands at. */
  readonly attempts: number;
  readonly error: string | null;
}

interface InstanceRow {
  readonly id: string;
  readonly saga: string;
  readonly key: string;
  readonly status: SagaStatus;
  readonly step: string;
  readonly completed: readonly string[];
  readonly compensated: readonly string[];
  readonly received: readonly ReceivedEvent[];
  readonly state: Readonly<Record<string, unknown>>;
  readonly started_by: string;
  readonly ended_by: string | null;
  readonly correlation_id: string;
  readonly attempts: number;
  readonly error: string | null;
  readonly deadline: string | Date | null;
  readonly now: string | Date;
}

const COLUMNS = `i.id, i.saga, i.key, i.status, i.step, i.completed, i.compensated, i.received, i.state, i.started_by, i.ended_by,
  i.correlation_id, i.attempts, i.error, i.deadline, clock_timestamp() as now`;

interface Limits {
  /** Of one statement, and of a pause inside the transaction; milliseconds. */
  readonly statementMs: number;
  readonly idleMs: number;
}

/**
 * In the order of the index on `due_at`, from its beginning, however many sagas there are or were: `saga || ''` keeps the
 * primary key out of it, by which every saga there ever was is read and sorted for each step of one.
 */
export const DUE = `from saga_instance i where i.saga || '' = any ($1::text[]) and i.due_at <= clock_timestamp()
       and not exists (select from handler h where h.name = i.saga and h.paused)
     order by i.due_at limit 1 for update skip locked`;

/**
 * Takes the saga that has been due for longest, with its row locked until the transaction ends: whatever else concerns it,
 * an event or a time-out, comes before or after, never at once. Null when none is due.
 */
export async function takeDue(
  sql: Sql,
  sagas: readonly string[],
  limits: Limits,
): Promise<{ readonly instance: SagaInstance; readonly now: Date } | null> {
  const [row] = await sql<InstanceRow>(
    `select ${COLUMNS}, set_config('statement_timeout', $2, true), set_config('idle_in_transaction_session_timeout', $3, true)
     ${DUE}`,
    [sagas, String(limits.statementMs), String(limits.idleMs)],
  );
  return row ? { instance: instanceOf(row), now: new Date(row.now) } : null;
}

/** Milliseconds until the next one is due, of sagas that are not paused; null when none waits for a time. */
export async function untilNextDue(sql: Sql, sagas: readonly string[]): Promise<number | null> {
  const [row] = await sql<{ ms: number }>(
    `select (extract(epoch from i.due_at - clock_timestamp()) * 1000)::double precision as ms
     from saga_instance i where i.saga || '' = any ($1::text[]) and i.due_at is not null
       and not exists (select from handler h where h.name = i.saga and h.paused)
     order by i.due_at limit 1`,
    [sagas],
  );
  return row?.ms ?? null;
}

/** Locks one. Null when it is not where it was: somebody else has taken it further. */
export async function lockAsItWas(sql: Sql, was: SagaInstance): Promise<SagaInstance | null> {
  const [row] = await sql<InstanceRow>(
    `select ${COLUMNS} from saga_instance i
     where i.saga = $1 and i.key = $2 and i.status = $3 and i.step = $4 and i.attempts = $5 and cardinality(i.completed) = $6 for update`,
    [was.saga, was.key, was.status, was.step, was.attempts, was.completed.length],
  );
  return row ? instanceOf(row) : null;
}

function instanceOf(row: InstanceRow): SagaInstance {
  return {
    id: row.id,
    saga: row.saga,
    key: row.key,
    status: row.status,
    step: row.step,
    completed: row.completed,
    compensated: row.compensated,
    received: row.received,
    state: row.state,
    startedBy: row.started_by,
    endedBy: row.ended_by,
    correlationId: row.correlation_id,
    attempts: row.attempts,
    error: row.error,
    deadline: row.deadline === null ? null : new Date(row.deadline),
  };
}

/** What is left out stays. */
export interface SagaChange {
  readonly status?: SagaStatus;
  readonly step?: string;
  /** Types the step waits for. */
  readonly awaits?: readonly string[];
  readonly completed?: readonly string[];
  readonly compensated?: readonly string[];
  readonly state?: Readonly<Record<string, unknown>>;
  readonly attempts?: number;
  readonly error?: string;
  readonly deadline?: Date | null;
  /** When to look again: a time of the database, a pause in milliseconds from now, or never by itself. */
  readonly due: Date | number | null;
}

export type TransitionKind =
  | 'STEP_DONE'
  | 'ATTEMPT_FAILED'
  | 'TIMED_OUT'
  | 'POSTPONED'
  | 'COMPENSATING'
  | 'STEP_COMPENSATED'
  | 'CANCELLED'
  | 'COMPLETED'
  | 'COMPENSATED'
  | 'FAILED'
  | 'RETRIED';

export interface Transition {
  readonly kind: TransitionKind;
  readonly step?: string;
  readonly eventId?: string;
  readonly error?: string;
}

const ENDED: ReadonlySet<SagaStatus> = new Set(['COMPLETED', 'COMPENSATED', 'CANCELLED']);

/** Stores where the saga stands now and what happened to it; the caller holds its row. */
export async function saveInstance(
  sql: Sql,
  was: SagaInstance,
  change: SagaChange,
  transitions: readonly Transition[],
): Promise<void> {
  const now = { ...was, ...change };
  const isAbsolute = change.due instanceof Date;
  await sql(
    `with moved as (
       update saga_instance set status = $3, step = $4, awaits = coalesce($5::text[], awaits), completed = $6::text[], compensated = $7::text[],
         state = $8::jsonb, attempts = $9, error = $10, deadline = $11, updated_at = clock_timestamp(),
         due_at = coalesce($12::timestamptz, clock_timestamp() + make_interval(secs => $13::double precision / 1000)),
         ended_at = case when $14 then clock_timestamp() end
       where saga = $1 and key = $2 returning 1
     )
     insert into saga_transition (saga, key, number, kind, step, event_id, error)
     select $1, $2, (select coalesce(max(number), 0) from saga_transition where saga = $1 and key = $2) + t.place, t.kind, t.step, t.event_id, t.error
     from rows from (jsonb_to_recordset($15::jsonb) as (kind text, step text, event_id uuid, error text)) with ordinality as t (kind, step, event_id, error, place)
     cross join moved`,
    [
      was.saga,
      was.key,
      now.status,
      now.step,
      change.awaits ?? null,
      now.completed,
      now.compensated,
      JSON.stringify(now.state),
      now.attempts,
      now.error,
      now.deadline,
      isAbsolute ? change.due : null,
      isAbsolute ? null : change.due,
      ENDED.has(now.status),
      JSON.stringify(transitions.map(({ eventId, ...transition }) => ({ ...transition, event_id: eventId }))),
    ],
  );
}
