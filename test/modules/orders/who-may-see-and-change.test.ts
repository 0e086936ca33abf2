import { afterAll, beforeAll, expect, test } from 'vitest';
import { type SignedIn, signedInUser } from '../../support/factories.ts';
import {
  findOrder,
  lineInput,
  listOrders,
  ORDER,
  ORDERS,
  orderMutation,
  orderMutationCode,
  placeOrder,
  type ShownOrder,
} from '../../support/orders.ts';
import { countEvents } from '../../support/stored-log.ts';
import { startTestApp, type TestApp } from '../../support/test-app.ts';

let app: TestApp;
let customer: SignedIn;
let stranger: SignedIn;
let manager: SignedIn;
let order: ShownOrder;
beforeAll(async () => {
  app = await startTestApp();
  customer = await signedInUser(app.admin.client);
  stranger = await signedInUser(app.admin.client);
  manager = await signedInUser(app.admin.client, { role: 'manager' });
  order = await placeOrder(customer.client);
});
afterAll(() => app[Symbol.asyncDispose]());

const lines = [lineInput({ quantity: 7 })];
const NODE = 'query ($id: ID!) { node(id: $id) { __typename id } }';
const OF_USER = 'query ($id: ID!) { user(id: $id) { orders { totalCount edges { node { id } } } } }';

test('a customer sees their own orders on every path', async () => {
  const { client } = customer;
  expect(await findOrder(client, order.id)).toEqual(order);
  expect(await client.ask(NODE, { id: order.id })).toEqual({ node: { __typename: 'Order', id: order.id } });
  expect(await listOrders(client)).toMatchObject({ totalCount: 1, edges: [{ node: { id: order.id } }] });
  expect(await client.ask(OF_USER, { id: customer.user.id })).toEqual({
    user: { orders: { totalCount: 1, edges: [{ node: { id: order.id } }] } },
  });
  expect(await findOrder(client, crypto.randomUUID())).toBeNull();
});

test('a stranger sees them on none', async () => {
  const { client } = stranger;
  expect(await client.codeOf(ORDER, { id: order.id })).toBe('FORBIDDEN');
  expect(await client.codeOf(NODE, { id: order.id })).toBe('FORBIDDEN');
  expect(await client.codeOf(OF_USER, { id: customer.user.id })).toBe('FORBIDDEN');
  expect(await client.codeOf(ORDERS, { filter: { customerId: customer.user.id } })).toBe('FORBIDDEN');
  expect(await listOrders(client)).toMatchObject({ totalCount: 0, edges: [] });
  expect(await listOrders(client, { filter: { search: order.orderNumber } })).toMatchObject({ totalCount: 0 });
});

test('a manager sees and changes them all', async () => {
  const own = await placeOrder(stranger.client);
  const { client } = manager;
  const all = (await listOrders(client)).edges.map(({ node }) => node.id);
  expect(all).toEqual(expect.arrayContaining([order.id, own.id]));
  expect(await listOrders(client, { filter: { customerId: stranger.user.id } })).toMatchObject({ totalCount: 1 });
  expect(await orderMutation(client, 'updateOrder', { id: own.id, input: { lines } })).toMatchObject({
    order: { version: 2, customer: { id: stranger.user.id } },
  });
  expect(await placeOrder(client, { customerId: stranger.user.id })).toMatchObject({
    customer: { id: stranger.user.id },
  });
});

test('nobody changes the orders of others', async () => {
  const before = await countEvents(app.sql);
  const { client } = stranger;
  const { id } = order;
  const customerId = customer.user.id;
  const input = { lines, currency: 'EUR', customerId };
  expect(await orderMutationCode(client, 'createOrder', { input })).toBe('FORBIDDEN');
  expect(await orderMutationCode(client, 'updateOrder', { id, input: { lines } })).toBe('FORBIDDEN');
  expect(await orderMutationCode(client, 'cancelOrder', { id, reason: 'Mine now.' })).toBe('FORBIDDEN');
  expect(await orderMutationCode(client, 'cancelOrders', { customerId, reason: 'Mine now.' })).toBe('FORBIDDEN');
  const nobody = client.as(null);
  expect(await orderMutationCode(nobody, 'createOrder', { input: { lines, currency: 'EUR' } })).toBe('UNAUTHENTICATED');
  expect(await nobody.codeOf(ORDER, { id })).toBe('UNAUTHENTICATED');
  expect(await nobody.codeOf(ORDERS)).toBe('UNAUTHENTICATED');
  expect(await countEvents(app.sql)).toBe(before);
});

test('naming oneself as the customer takes no permission', async () => {
  expect(await placeOrder(customer.client, { customerId: customer.user.id })).toMatchObject({
    customer: { id: customer.user.id },
  });
});
