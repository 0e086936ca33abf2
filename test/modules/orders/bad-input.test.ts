import { afterAll, beforeAll, expect, test } from 'vitest';
import { createUser, mutate, type SignedIn, signedInUser } from '../../support/factories.ts';
import { lineInput, orderMutation, orderMutationCode, placeOrder, type ShownOrder } from '../../support/orders.ts';
import { countChanges } from '../../support/stored-log.ts';
import { startTestApp, type TestApp } from '../../support/test-app.ts';

let app: TestApp;
let customer: SignedIn;
let order: ShownOrder;
beforeAll(async () => {
  app = await startTestApp();
  customer = await signedInUser(app.admin.client);
  order = await placeOrder(customer.client);
});
afterAll(() => app[Symbol.asyncDispose]());

const many = (count: number) => Array.from({ length: count }, () => lineInput());

const BAD_LINES = [
  ['no lines', [], ['lines']],
  ['101 lines', many(101), ['lines']],
  ['an empty SKU', [lineInput({ sku: ' ' })], ['lines', '0', 'sku']],
  ['a long SKU', [lineInput(), lineInput({ sku: 's'.repeat(65) })], ['lines', '1', 'sku']],
  ['a line break in a name', [lineInput({ name: 'a\nb' })], ['lines', '0', 'name']],
  ['a long name', [lineInput({ name: 'n'.repeat(201) })], ['lines', '0', 'name']],
  ['a quantity of 0', [lineInput({ quantity: 0 })], ['lines', '0', 'quantity']],
  ['a negative quantity', [lineInput({ quantity: -1 })], ['lines', '0', 'quantity']],
  ['a negative price', [lineInput({ unitPrice: -1 })], ['lines', '0', 'unitPrice']],
  ['a total beyond 2^53 - 1', [lineInput({ quantity: 2_147_483_647, unitPrice: Number.MAX_SAFE_INTEGER })], ['lines']],
] as const;

test.for(BAD_LINES)('an order with %s is neither placed nor made, and the field is named', async ([, lines, path]) => {
  const before = await countChanges(app.sql);
  const refused = { __typename: 'ValidationError', code: 'VALIDATION_FAILED', fieldErrors: [{ path }] };
  const { client } = customer;
  expect(await orderMutation(client, 'createOrder', { input: { lines, currency: 'EUR' } })).toMatchObject(refused);
  expect(await orderMutation(client, 'updateOrder', { id: order.id, input: { lines } })).toMatchObject(refused);
  expect(await countChanges(app.sql)).toBe(before);
});

test.for(['XYZ', 'XAU', 'eur', ''])('no currency is "%s"', async (currency) => {
  const input = { lines: many(1), currency };
  expect(await orderMutation(customer.client, 'createOrder', { input })).toMatchObject({
    __typename: 'ValidationError',
    fieldErrors: [{ path: ['currency'] }],
  });
});

test.for([
  ['a number beyond 2^53', { unitPrice: 2 ** 53 }],
  ['a fraction', { unitPrice: 0.5 }],
  ['a text for a number', { unitPrice: '1' }],
  ['a quantity beyond an Int', { quantity: 2 ** 31 }],
  ['null', { sku: null }],
  ['a field that is not there', { price: 1 }],
  ['a NUL', { name: 'a\0b' }],
])('a line with %s is no such line', async ([, overrides]) => {
  const input = { lines: [{ ...lineInput(), ...(overrides as object) }], currency: 'EUR' };
  expect(await orderMutationCode(customer.client, 'createOrder', { input })).toBe('BAD_USER_INPUT');
});

test.for([
  ['empty', ''],
  ['blank', ' '],
  ['too long', 'r'.repeat(501)],
])('a reason that is %s is refused', async ([, reason]) => {
  const refused = { __typename: 'ValidationError', fieldErrors: [{ path: ['reason'] }] };
  expect(await orderMutation(customer.client, 'cancelOrder', { id: order.id, reason })).toMatchObject(refused);
  const customerId = customer.user.id;
  expect(await orderMutation(customer.client, 'cancelOrders', { customerId, reason })).toMatchObject(refused);
});

test("ids that are none, or nobody's", async () => {
  const { client } = app.admin;
  const lines = many(1);
  const id = crypto.randomUUID();
  const missing = { __typename: 'NotFoundError', code: 'NOT_FOUND' };
  expect(await orderMutation(client, 'updateOrder', { id, input: { lines } })).toMatchObject(missing);
  expect(await orderMutation(client, 'cancelOrder', { id, reason: 'Why.' })).toMatchObject(missing);
  expect(await orderMutation(client, 'cancelOrders', { customerId: id, reason: 'Why.' })).toMatchObject(missing);
  const input = { lines, currency: 'EUR', customerId: id };
  expect(await orderMutation(client, 'createOrder', { input })).toMatchObject(missing);
  expect(await orderMutationCode(client, 'createOrder', { input: { ...input, customerId: 'x' } })).toBe(
    'BAD_USER_INPUT',
  );
  expect(await orderMutationCode(client, 'updateOrder', { id: 'x', input: { lines } })).toBe('BAD_USER_INPUT');
});

test('nobody orders for a disabled account', async () => {
  const { id } = await createUser(app.admin.client);
  await mutate(app.admin.client, 'deactivateUser', { id });
  const input = { lines: many(1), currency: 'EUR', customerId: id };
  expect(await orderMutation(app.admin.client, 'createOrder', { input })).toMatchObject({
    __typename: 'InvalidStateError',
  });
});
