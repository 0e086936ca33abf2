import type { SqlEntityManager } from '@mikro-orm/sql';
import { putOff, sqlOf } from '../../database/sql.ts';
import { ConcurrencyError } from '../../errors.ts';
import type { Sourced } from '../../event-store/event-sourced-repository.ts';
import type { Page } from '../../graphql/connection.ts';
import { newestFirst, whereOf } from '../../graphql/newest-first.ts';
import type { OrderSnapshot } from './order.events.ts';

/** The read model `app_order`: what lists and single reads show. Its rows follow the events in the same transaction. */

export type OrderStatus = OrderSnapshot['status'];

export interface OrderSearch {
  readonly status?: OrderStatus | undefined;
  readonly customerId?: string | undefined;
  /** Both exclusive. */
  readonly createdAfter?: Date | undefined;
  readonly createdBefore?: Date | undefined;
  /** What the order number begins with. */
  readonly numberPrefix?: string | undefined;
}

const UNIQUE_VIOLATION = '23505';

/**
 * Makes the rows those of these orders, with the append they follow. An order number that was drawn twice is thrown as a
 * ConcurrencyError by the next statement or the commit: run again, the command draws another.
 */
export async function writeOrders(
  em: SqlEntityManager,
  changed: readonly Sourced<OrderSnapshot | null>[],
): Promise<void> {
  const orders = changed.flatMap(({ state }) => state ?? []);
  await putOff(em, {
    text: `insert into app_order (id, version, created_at, updated_at, order_number, customer_id, status, currency, total, lines)
       select id, version, created_at, updated_at, order_number, customer_id, status, currency, total, lines::jsonb
       from unnest($1::uuid[], $2::integer[], $3::timestamptz[], $4::timestamptz[], $5::text[], $6::uuid[], $7::text[],
                   $8::text[], $9::bigint[], $10::text[])
         as o (id, version, created_at, updated_at, order_number, customer_id, status, currency, total, lines)
       on conflict (id) do update
         set version = excluded.version, created_at = excluded.created_at, updated_at = excluded.updated_at,
             order_number = excluded.order_number, customer_id = excluded.customer_id, status = excluded.status,
             currency = excluded.currency, total = excluded.total, lines = excluded.lines`,
    values: [
      orders.map((order) => order.id),
      orders.map((order) => order.version),
      orders.map((order) => order.createdAt),
      orders.map((order) => order.updatedAt),
      orders.map((order) => order.orderNumber),
      orders.map((order) => order.customerId),
      orders.map((order) => order.status),
      orders.map((order) => order.total.currency),
      orders.map((order) => order.total.amount),
      orders.map((order) => JSON.stringify(order.lines)),
    ],
    refusal: refusalOf,
  });
}

function refusalOf(error: unknown): unknown {
  const isTaken = error instanceof Error && 'code' in error && error.code === UNIQUE_VIOLATION;
  return isTaken ? new ConcurrencyError(0, 0, { cause: error }) : error;
}

interface OrderRow {
  readonly id: string;
  readonly version: number;
  readonly created_at: Date | string;
  readonly updated_at: Date | string;
  readonly order_number: string;
  readonly customer_id: string;
  readonly status: OrderStatus;
  readonly currency: string;
  readonly total: string;
  readonly lines: OrderSnapshot['lines'];
}

/** In no particular order. */
export async function findOrdersByIds(em: SqlEntityManager, ids: readonly string[]): Promise<OrderSnapshot[]> {
  const rows = await sqlOf(em)<OrderRow>(
    `select id, version, created_at, updated_at, order_number, customer_id, status, currency, total::text as total, lines
     from app_order where id = any($1::uuid[])`,
    [ids],
  );
  return rows.map((row) => ({
    id: row.id,
    orderNumber: row.order_number,
    customerId: row.customer_id,
    lines: row.lines,
    total: { amount: Number(row.total), currency: row.currency },
    status: row.status,
    version: row.version,
    createdAt: new Date(row.created_at).toISOString(),
    updatedAt: new Date(row.updated_at).toISOString(),
  }));
}

/** The ids of one page, newest first, with one more than it holds. */
export async function searchOrders(em: SqlEntityManager, search: OrderSearch, page: Page): Promise<string[]> {
  const parameters: unknown[] = [];
  const conditions = searchConditions(search, parameters);
  const rows = await sqlOf(em)<{ id: string }>(
    `select id from app_order ${newestFirst(page, conditions, parameters)}`,
    parameters,
  );
  return rows.map((row) => row.id);
}

export async function countOrders(em: SqlEntityManager, search: OrderSearch): Promise<number> {
  const parameters: unknown[] = [];
  const conditions = searchConditions(search, parameters);
  const rows = await sqlOf(em)<{ count: number }>(
    `select count(*)::int as count from app_order ${whereOf(conditions)}`,
    parameters,
  );
  return rows[0]?.count ?? 0;
}

/**
 * The ids of a customer's open orders, at most `limit`. Locks their streams in the order every append locks: what is
 * loaded after it stays as it is until the transaction ends.
 */
export async function lockOpenOrders(em: SqlEntityManager, customerId: string, limit: number): Promise<string[]> {
  const rows = await sqlOf(em)<{ aggregate_id: string }>(
    `select aggregate_id from event_stream
     where aggregate_type = 'Order' and aggregate_id in
       (select id::text from app_order where customer_id = $1 and status = 'PENDING' limit $2)
     order by aggregate_id for update`,
    [customerId, limit],
  );
  return rows.map((row) => row.aggregate_id);
}

function searchConditions(search: OrderSearch, parameters: unknown[]): string[] {
  const conditions: string[] = [];
  const where = (condition: (place: string) => string, value: unknown): void => {
    if (value !== undefined) conditions.push(condition(`$${parameters.push(value)}`));
  };
  where((place) => `status = ${place}`, search.status);
  where((place) => `customer_id = ${place}`, search.customerId);
  where((place) => `created_at > ${place}`, search.createdAfter?.toISOString());
  where((place) => `created_at < ${place}`, search.createdBefore?.toISOString());
  const pattern = search.numberPrefix?.replaceAll(/[!%_]/g, '!$&');
  where((place) => `order_number like ${place} escape '!'`, pattern === undefined ? undefined : `${pattern}%`);
  return conditions;
}
