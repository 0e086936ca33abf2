import type { Sql } from '../database/sql.ts';
import type { SagaStatus } from './saga-turn.ts';

export interface SagaListItem {
  readonly id: string;
  readonly saga: string;
  readonly key: string;
  readonly status: SagaStatus;
  readonly step: string;
  readonly completed: readonly string[];
  readonly compensated: readonly string[];
  readonly attempts: number;
  readonly error: string | null;
  readonly correlationId: string;
  /** Id of the event that began it. */
  readonly startedBy: string;
  readonly startedAt: Date;
  readonly updatedAt: Date;
  readonly endedAt: Date | null;
  /** When it goes on by itself; null while it waits for an event for ever, or has ended. */
  readonly dueAt: Date | null;
}

interface ItemRow {
  readonly id: string;
  readonly saga: string;
  readonly key: string;
  readonly status: SagaStatus;
  readonly step: string;
  readonly completed: readonly string[];
  readonly compensated: readonly string[];
  readonly attempts: number;
  readonly error: string | null;
  readonly correlation_id: string;
  readonly started_by: string;
  readonly started_at: string | Date;
  readonly updated_at: string | Date;
  readonly ended_at: string | Date | null;
  readonly due_at: string | Date | null;
}

const COLUMNS = `id, saga, key, status, step, completed, compensated, attempts, error, correlation_id, started_by, started_at,
  updated_at, ended_at, due_at`;

export interface SagaSearch {
  readonly name?: string | undefined;
  readonly key?: string | undefined;
  readonly status?: SagaStatus | undefined;
  readonly correlationId?: string | undefined;
}

/** The newest first, before the one with the id `before` if it is given; ids are UUIDv7. */
export async function listSagas(
  sql: Sql,
  search: SagaSearch,
  { before, limit }: { readonly before: string | null; readonly limit: number },
): Promise<SagaListItem[]> {
  const parameters: unknown[] = [];
  const conditions = conditionsOf(search, parameters);
  if (before !== null) conditions.push(`id < $${parameters.push(before)}`);
  const rows = await sql<ItemRow>(
    `select ${COLUMNS} from saga_instance ${whereOf(conditions)} order by id desc limit $${parameters.push(limit)}`,
    parameters,
  );
  return rows.map(itemOf);
}

export async function countSagas(sql: Sql, search: SagaSearch): Promise<number> {
  const parameters: unknown[] = [];
  const conditions = conditionsOf(search, parameters);
  const [row] = await sql<{ count: number }>(
    `select count(*)::int as count from saga_instance ${whereOf(conditions)}`,
    parameters,
  );
  return row?.count ?? 0;
}

export async function findSaga(sql: Sql, id: string): Promise<SagaListItem | null> {
  const [row] = await sql<ItemRow>(`select ${COLUMNS} from saga_instance where id = $1`, [id]);
  return row ? itemOf(row) : null;
}

export interface SagaTransition {
  readonly at: Date;
  readonly kind: string;
  readonly step: string | null;
  readonly eventId: string | null;
  readonly error: string | null;
}

/** In the order it happened. Bounded by the steps of a saga and the attempts each has. */
export async function readTransitions(
  sql: Sql,
  { saga, key }: Pick<SagaListItem, 'saga' | 'key'>,
): Promise<SagaTransition[]> {
  const rows = await sql<Omit<SagaTransition, 'at' | 'eventId'> & { at: string | Date; event_id: string | null }>(
    'select at, kind, step, event_id, error from saga_transition where saga = $1 and key = $2 order by number limit 1000',
    [saga, key],
  );
  return rows.map(({ at, event_id, ...row }) => ({ ...row, at: new Date(at), eventId: event_id }));
}

/** Gives a saga that could not be taken back a fresh set of attempts. Null when it is none such. */
export async function retrySaga(sql: Sql, id: string): Promise<SagaListItem | null> {
  const [row] = await sql<ItemRow>(
    `with retried as (
       update saga_instance set status = 'COMPENSATING', attempts = 0, due_at = clock_timestamp(), updated_at = clock_timestamp()
       where id = $1 and status = 'FAILED' returning *
     ), told as (
       insert into saga_transition (saga, key, number, kind)
       select saga, key, (select max(number) + 1 from saga_transition t where t.saga = r.saga and t.key = r.key), 'RETRIED' from retried r
     )
     select ${COLUMNS} from retried`,
    [id],
  );
  return row ? itemOf(row) : null;
}

const KEPT_DAYS = 90;
const FORGOTTEN_AT_ONCE = 5_000;

/** Sagas that ended well, or were taken back, are kept for 90 days. */
export async function forgetEndedSagas(sql: Sql): Promise<void> {
  for (let count = FORGOTTEN_AT_ONCE; count === FORGOTTEN_AT_ONCE;) {
    const rows = await sql(
      `delete from saga_instance where ctid = any (array(
         select ctid from saga_instance where ended_at < clock_timestamp() - make_interval(days => $1) limit $2)) returning 1`,
      [KEPT_DAYS, FORGOTTEN_AT_ONCE],
    );
    count = rows.length;
  }
}

function conditionsOf({ name, key, status, correlationId }: SagaSearch, parameters: unknown[]): string[] {
  const given = Object.entries({ saga: name, key, status, correlation_id: correlationId });
  return given
    .filter(([, value]) => value !== undefined)
    .map(([column, value]) => `${column} = $${parameters.push(value)}`);
}

function whereOf(conditions: readonly string[]): string {
  return conditions.length > 0 ? `where ${conditions.join(' and ')}` : '';
}

function itemOf(row: ItemRow): SagaListItem {
  return {
    id: row.id,
    saga: row.saga,
    key: row.key,
    status: row.status,
    step: row.step,
    completed: row.completed,
    compensated: row.compensated,
    attempts: row.attempts,
    error: row.error,
    correlationId: row.correlation_id,
    startedBy: row.started_by,
    startedAt: new Date(row.started_at),
    updatedAt: new Date(row.updated_at),
    endedAt: row.ended_at === null ? null : new Date(row.ended_at),
    dueAt: row.due_at === null ? null : new Date(row.due_at),
  };
}
