import type { Sql } from '../../src/database/sql.ts';
import type { GraphqlClient } from './graphql-client.ts';
import type { Money, ShownOrder } from './orders.ts';
import { waitFor } from './wait-for.ts';

export interface ShownPayment {
  readonly id: string;
  readonly order: { readonly id: string };
  readonly customer: { readonly id: string };
  readonly amount: Money;
  readonly method: string;
  readonly transactionId: string | null;
  readonly status: string;
  readonly failureReason: string | null;
  readonly version: number;
}

export interface PaymentAnswer {
  readonly __typename: string;
  readonly code?: string;
  readonly message?: string;
  readonly reason?: string;
  readonly paymentId?: string;
  readonly fieldErrors?: readonly { readonly path: readonly string[] }[];
  readonly payment?: ShownPayment;
  readonly events?: readonly { readonly id: string; readonly type: string; readonly version: number }[];
}

const FIELDS = `id order { id } customer { id } amount { amount currency } method transactionId status failureReason version`;

export const PROCESS_PAYMENT = `mutation ($input: ProcessPaymentInput!, $idempotencyKey: String!) {
  processPayment(input: $input, idempotencyKey: $idempotencyKey) {
    __typename ... on ProcessPaymentPayload { payment { ${FIELDS} } consistencyToken events { id type version } }
    ... on Error { code message } ... on ValidationError { fieldErrors { path } }
    ... on PaymentDeclinedError { reason paymentId } ... on PaymentPendingError { paymentId } } }`;

interface PaymentOverrides {
  readonly amount?: number;
  readonly currency?: string;
  readonly method?: string;
  readonly token?: string;
  readonly orderId?: string;
  readonly key?: string;
}

export function paymentVariables(
  order: Pick<ShownOrder, 'id' | 'total'>,
  { key = crypto.randomUUID(), ...overrides }: PaymentOverrides = {},
) {
  const { amount, currency } = order.total;
  const input = { orderId: order.id, amount, currency, method: 'card', token: 'tok_success', ...overrides };
  return { input, idempotencyKey: key };
}

/** Pays an order in full, with a card that is good, unless told otherwise. @throws RefusedError */
export async function pay(
  client: GraphqlClient,
  order: Pick<ShownOrder, 'id' | 'total'>,
  overrides: PaymentOverrides = {},
): Promise<PaymentAnswer> {
  const variables = paymentVariables(order, overrides);
  return (await client.ask<{ processPayment: PaymentAnswer }>(PROCESS_PAYMENT, variables)).processPayment;
}

export const PAYMENT = `query ($id: ID!) { payment(id: $id) { ${FIELDS} } }`;

export async function findPayment(client: GraphqlClient, id: string): Promise<ShownPayment | null> {
  return (await client.ask<{ payment: ShownPayment | null }>(PAYMENT, { id })).payment;
}

export const PAYMENTS = `query ($filter: PaymentFilter, $first: Int, $after: String) {
  payments(filter: $filter, first: $first, after: $after) {
    edges { cursor node { ${FIELDS} } } pageInfo { hasNextPage endCursor } totalCount } }`;

export interface PaymentPage {
  readonly edges: readonly { readonly cursor: string; readonly node: ShownPayment }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  readonly totalCount: number;
}

export async function listPayments(
  client: GraphqlClient,
  variables: Readonly<Record<string, unknown>> = {},
): Promise<PaymentPage> {
  return (await client.ask<{ payments: PaymentPage }>(PAYMENTS, variables)).payments;
}

export async function paymentsOf(client: GraphqlClient, orderId: string): Promise<readonly ShownPayment[]> {
  const query = `query ($id: ID!) { order(id: $id) { payments { ${FIELDS} } } }`;
  return (await client.ask<{ order: { payments: ShownPayment[] } }>(query, { id: orderId })).order.payments;
}

/** Once the gateway has said what became of it. */
export async function untilPaymentSettled(client: GraphqlClient, id: string): Promise<ShownPayment> {
  return waitFor(
    async () => {
      const payment = await findPayment(client, id);
      return payment?.status !== 'PENDING' && payment;
    },
    { describe: `the payment ${id} to be settled`, timeoutMs: 30_000 },
  );
}

/** What the sandbox took for these payments, as somebody outside counts it. */
export async function charges(sql: Sql, paymentIds: readonly string[]): Promise<number> {
  const rows = await sql("select 1 from sandbox_charge where status = 'CHARGED' and key = any($1::uuid[])", [
    paymentIds,
  ]);
  return rows.length;
}

/** The same for all payments there ever were. */
export async function allCharges(sql: Sql): Promise<number> {
  return (await sql("select 1 from sandbox_charge where status = 'CHARGED'")).length;
}
