import type { SqlEntityManager } from '@mikro-orm/sql';
import { putOff, sqlOf } from '../../database/sql.ts';
import type { Sourced } from '../../event-store/event-sourced-repository.ts';
import type { Page } from '../../graphql/connection.ts';
import { newestFirst, whereOf } from '../../graphql/newest-first.ts';
import type { Payment } from './payment.ts';

/** The read model `payment`: what lists and single reads show. Its rows follow the events in the same transaction. */

export type PaymentStatus = Payment['status'];

export interface PaymentSearch {
  readonly status?: PaymentStatus | undefined;
  readonly customerId?: string | undefined;
  readonly orderId?: string | undefined;
  /** Both exclusive. */
  readonly createdAfter?: Date | undefined;
  readonly createdBefore?: Date | undefined;
}

export async function writePayments(em: SqlEntityManager, changed: readonly Sourced<Payment | null>[]): Promise<void> {
  const payments = changed.flatMap(({ state }) => state ?? []);
  await putOff(em, {
    text: `insert into payment (id, version, created_at, order_id, order_number, customer_id, amount, currency, method,
                          transaction_id, status, failure_reason)
     select * from unnest($1::uuid[], $2::integer[], $3::timestamptz[], $4::uuid[], $5::text[], $6::uuid[], $7::bigint[],
                          $8::text[], $9::text[], $10::text[], $11::text[], $12::text[])
     on conflict (id) do update
       set version = excluded.version, created_at = excluded.created_at, order_id = excluded.order_id,
           order_number = excluded.order_number, customer_id = excluded.customer_id, amount = excluded.amount,
           currency = excluded.currency, method = excluded.method, transaction_id = excluded.transaction_id,
           status = excluded.status, failure_reason = excluded.failure_reason`,
    values: [
      payments.map((payment) => payment.id),
      payments.map((payment) => payment.version),
      payments.map((payment) => payment.createdAt),
      payments.map((payment) => payment.orderId),
      payments.map((payment) => payment.orderNumber),
      payments.map((payment) => payment.customerId),
      payments.map((payment) => payment.amount.amount),
      payments.map((payment) => payment.amount.currency),
      payments.map((payment) => payment.method),
      payments.map((payment) => payment.transactionId),
      payments.map((payment) => payment.status),
      payments.map((payment) => payment.failureReason),
    ],
  });
}

interface PaymentRow {
  readonly id: string;
  readonly version: number;
  readonly created_at: Date | string;
  readonly order_id: string;
  readonly order_number: string;
  readonly customer_id: string;
  readonly amount: string;
  readonly currency: string;
  readonly method: string;
  readonly transaction_id: string | null;
  readonly status: PaymentStatus;
  readonly failure_reason: string | null;
}

/** In no particular order. */
export async function findPaymentsByIds(em: SqlEntityManager, ids: readonly string[]): Promise<Payment[]> {
  const rows = await sqlOf(em)<PaymentRow>(
    `select id, version, created_at, order_id, order_number, customer_id, amount::text as amount, currency, method,
            transaction_id, status, failure_reason
     from payment where id = any($1::uuid[])`,
    [ids],
  );
  return rows.map((row) => ({
    id: row.id,
    orderId: row.order_id,
    orderNumber: row.order_number,
    customerId: row.customer_id,
    amount: { amount: Number(row.amount), currency: row.currency },
    method: row.method,
    transactionId: row.transaction_id,
    status: row.status,
    failureReason: row.failure_reason,
    version: row.version,
    createdAt: new Date(row.created_at).toISOString(),
  }));
}

/** The ids of one page, newest first, with one more than it holds. */
export async function searchPayments(em: SqlEntityManager, search: PaymentSearch, page: Page): Promise<string[]> {
  const parameters: unknown[] = [];
  const conditions = searchConditions(search, parameters);
  const rows = await sqlOf(em)<{ id: string }>(
    `select id from payment ${newestFirst(page, conditions, parameters)}`,
    parameters,
  );
  return rows.map((row) => row.id);
}

export async function countPayments(em: SqlEntityManager, search: PaymentSearch): Promise<number> {
  const parameters: unknown[] = [];
  const conditions = searchConditions(search, parameters);
  const rows = await sqlOf(em)<{ count: number }>(
    `select count(*)::int as count from payment ${whereOf(conditions)}`,
    parameters,
  );
  return rows[0]?.count ?? 0;
}

/** The newest first. Not many: attempts at one order are limited. */
export async function findPaymentIdsOfOrder(em: SqlEntityManager, orderId: string): Promise<string[]> {
  const rows = await sqlOf(em)<{ id: string }>(
    'select id from payment where order_id = $1 order by created_at desc, id desc',
    [orderId],
  );
  return rows.map((row) => row.id);
}

/** How many there are in each state. */
export async function paymentsOfOrder(
  em: SqlEntityManager,
  orderId: string,
): Promise<{ readonly pending: number; readonly processed: number; readonly failed: number }> {
  const [row] = await sqlOf(em)<{ pending: number; processed: number; failed: number }>(
    `select count(*) filter (where status = 'PENDING')::int as pending,
            count(*) filter (where status = 'PROCESSED')::int as processed,
            count(*) filter (where status = 'FAILED')::int as failed
     from payment where order_id = $1`,
    [orderId],
  );
  return row ?? { pending: 0, processed: 0, failed: 0 };
}

/** Those of the orders that a payment is under way for, or has been made for. */
export async function ordersBeingPaid(em: SqlEntityManager, orderIds: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await sqlOf(em)<{ order_id: string }>(
    `select order_id from payment where order_id = any($1::uuid[]) and status <> 'FAILED'`,
    [orderIds],
  );
  return new Set(rows.map((row) => row.order_id));
}

function searchConditions(search: PaymentSearch, parameters: unknown[]): string[] {
  const conditions: string[] = [];
  const where = (condition: (place: string) => string, value: unknown): void => {
    if (value !== undefined) conditions.push(condition(`$${parameters.push(value)}`));
  };
  where((place) => `status = ${place}`, search.status);
  where((place) => `customer_id = ${place}`, search.customerId);
  where((place) => `order_id = ${place}`, search.orderId);
  where((place) => `created_at > ${place}`, search.createdAfter?.toISOString());
  where((place) => `created_at < ${place}`, search.createdBefore?.toISOString());
  return conditions;
}
