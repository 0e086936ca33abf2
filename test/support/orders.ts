import type { GraphqlClient } from './graphql-client.ts';

export interface Money {
  readonly amount: number;
  readonly currency: string;
}

export interface ShownOrder {
  readonly id: string;
  readonly orderNumber: string;
  readonly customer: { readonly id: string };
  readonly lines: readonly {
    readonly sku: string;
    readonly name: string;
    readonly quantity: number;
    readonly unitPrice: Money;
  }[];
  readonly total: Money;
  readonly status: string;
  readonly version: number;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** What a mutation of orders answered, whichever member of its union that was. */
export interface OrderAnswer {
  readonly __typename: string;
  readonly code?: string;
  readonly message?: string;
  readonly fieldErrors?: readonly { readonly path: readonly string[]; readonly message: string }[];
  readonly expectedVersion?: number;
  readonly actualVersion?: number;
  readonly order?: ShownOrder;
  readonly orders?: readonly ShownOrder[];
  readonly events?: readonly { readonly id: string; readonly type: string; readonly version: number }[];
}

export const ORDER_FIELDS = `id orderNumber customer { id } lines { sku name quantity unitPrice { amount currency } }
  total { amount currency } status version createdAt updatedAt`;

const errors = (withVersion: boolean): string => `... on Error { code message }
  ... on ValidationError { fieldErrors { path message } } ${withVersion ? '... on ConcurrencyError { expectedVersion actualVersion }' : ''}`;
const answer = (payload: string, field: string, withVersion = false): string =>
  `{ __typename ... on ${payload} { ${field} { ${ORDER_FIELDS} } consistencyToken events { id type version } } ${errors(withVersion)} }`;

const MUTATIONS = {
  createOrder: `mutation ($input: CreateOrderInput!, $idempotencyKey: String) {
    createOrder(input: $input, idempotencyKey: $idempotencyKey) ${answer('CreateOrderPayload', 'order')} }`,
  updateOrder: `mutation ($id: ID!, $input: UpdateOrderInput!, $expectedVersion: Int, $idempotencyKey: String) {
    updateOrder(id: $id, input: $input, expectedVersion: $expectedVersion, idempotencyKey: $idempotencyKey)
    ${answer('UpdateOrderPayload', 'order', true)} }`,
  cancelOrder: `mutation ($id: ID!, $reason: String!, $expectedVersion: Int, $idempotencyKey: String) {
    cancelOrder(id: $id, reason: $reason, expectedVersion: $expectedVersion, idempotencyKey: $idempotencyKey)
    ${answer('CancelOrderPayload', 'order', true)} }`,
  cancelOrders: `mutation ($customerId: ID!, $reason: String!, $idempotencyKey: String) {
    cancelOrders(customerId: $customerId, reason: $reason, idempotencyKey: $idempotencyKey) ${answer('CancelOrdersPayload', 'orders')} }`,
} as const;

/** Runs one mutation. @throws RefusedError for a top-level error. */
export async function orderMutation(
  client: GraphqlClient,
  name: keyof typeof MUTATIONS,
  variables: Readonly<Record<string, unknown>>,
): Promise<OrderAnswer> {
  const data = await client.ask<Record<string, OrderAnswer>>(MUTATIONS[name], variables);
  const found = data[name];
  if (!found) throw new Error(`${name} answered nothing.`);
  return found;
}

/** The code of the top-level error of one mutation, or null. */
export function orderMutationCode(
  client: GraphqlClient,
  name: keyof typeof MUTATIONS,
  variables: Readonly<Record<string, unknown>>,
): Promise<string | null> {
  return client.codeOf(MUTATIONS[name], variables);
}

interface LineInput {
  readonly sku: string;
  readonly name: string;
  readonly quantity: number;
  readonly unitPrice: number;
}

export function lineInput(overrides: Partial<LineInput> = {}): LineInput {
  return { sku: 'TEA-1', name: 'Green tea', quantity: 2, unitPrice: 450, ...overrides };
}

export interface NewOrder {
  readonly customerId?: string;
  readonly currency?: string;
  readonly lines?: readonly LineInput[];
}

/** An order over €9.00 unless told otherwise, for a step that must succeed. */
export async function placeOrder(client: GraphqlClient, input: NewOrder = {}): Promise<ShownOrder> {
  const found = await orderMutation(client, 'createOrder', {
    input: { lines: [lineInput()], currency: 'EUR', ...input },
  });
  if (!found.order) throw new Error(`createOrder answered ${found.__typename}: ${found.message ?? ''}`);
  return found.order;
}

export const ORDER = `query ($id: ID!) { order(id: $id) { ${ORDER_FIELDS} } }`;

export async function findOrder(client: GraphqlClient, id: string): Promise<ShownOrder | null> {
  return (await client.ask<{ order: ShownOrder | null }>(ORDER, { id })).order;
}

export interface OrderPage {
  readonly edges: readonly { readonly cursor: string; readonly node: ShownOrder }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  readonly totalCount: number;
}

export const ORDERS = `query ($filter: OrderFilter, $first: Int, $after: String) {
  orders(filter: $filter, first: $first, after: $after) {
    edges { cursor node { ${ORDER_FIELDS} } } pageInfo { hasNextPage endCursor } totalCount } }`;

export async function listOrders(
  client: GraphqlClient,
  variables: Readonly<Record<string, unknown>> = {},
): Promise<OrderPage> {
  return (await client.ask<{ orders: OrderPage }>(ORDERS, variables)).orders;
}
