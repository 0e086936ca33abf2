import { afterAll, beforeAll, expect, test } from 'vitest';
import { type SignedIn, signedInUser } from '../../support/factories.ts';
import { orderMutation, placeOrder, type ShownOrder } from '../../support/orders.ts';
import { allCharges, pay, PAYMENT, PAYMENTS, paymentVariables, PROCESS_PAYMENT } from '../../support/payments.ts';
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

test.for([
  ['too little', { amount: 899 }, ['amount']],
  ['too much', { amount: 901 }, ['amount']],
  ['nothing', { amount: 0 }, ['amount']],
  ['less than nothing', { amount: -900 }, ['amount']],
  ['another currency', { currency: 'USD' }, ['currency']],
  ['no currency', { currency: '' }, ['currency']],
  ['no method', { method: '' }, ['method']],
  ['a card number for a method', { method: '4242424242424242' }, ['method']],
  ['no token', { token: '' }, ['token']],
  ['a token with blanks', { token: 'tok success' }, ['token']],
  ['a long token', { token: 't'.repeat(201) }, ['token']],
  ['no key', { key: '' }, ['idempotencyKey']],
] as const)('a payment of %s is refused before the gateway hears of it', async ([, overrides, path]) => {
  const before = await countChanges(app.sql);
  expect(await pay(customer.client, order, overrides)).toMatchObject({
    __typename: 'ValidationError',
    fieldErrors: [{ path }],
  });
  expect(await countChanges(app.sql)).toBe(before);
  expect(await allCharges(app.sql)).toBe(0);
});

test.for([
  ['a fraction', { amount: 0.5 }],
  ['an amount beyond 2^53', { amount: 2 ** 53 }],
  ['an amount in words', { amount: '900' }],
  ['an id that is none', { orderId: 'x' }],
  ['null', { token: null }],
])('%s is no payment', async ([, overrides]) => {
  const variables = paymentVariables(order, overrides as object);
  expect(await customer.client.codeOf(PROCESS_PAYMENT, variables)).toBe('BAD_USER_INPUT');
});

test('an order that is not there or is cancelled cannot be paid', async () => {
  const missing = { ...order, id: crypto.randomUUID() };
  expect(await pay(customer.client, missing)).toMatchObject({ __typename: 'NotFoundError', code: 'NOT_FOUND' });
  const cancelled = await placeOrder(customer.client);
  await orderMutation(customer.client, 'cancelOrder', { id: cancelled.id, reason: 'No.' });
  expect(await pay(customer.client, cancelled)).toMatchObject({ __typename: 'InvalidStateError' });
  expect(await allCharges(app.sql)).toBe(0);
});

test('a refused payment leaves its key free, and one that was made keeps it', async () => {
  const own = await placeOrder(customer.client);
  const key = crypto.randomUUID();
  expect(await pay(customer.client, own, { key, amount: 1 })).toMatchObject({ __typename: 'ValidationError' });
  const paid = await pay(customer.client, own, { key });
  expect(paid).toMatchObject({ __typename: 'ProcessPaymentPayload' });
  const other = await placeOrder(customer.client);
  expect(await pay(customer.client, other, { key })).toMatchObject({ __typename: 'IdempotencyConflictError' });
  // Another card is another request: whoever takes it has not been told that this one paid.
  expect(await pay(customer.client, own, { key, token: 'tok_declined' })).toMatchObject({
    __typename: 'IdempotencyConflictError',
  });
  expect(await pay(customer.client, own, { key })).toEqual(paid);
});

test('nobody pays for or looks at the orders of others, but who holds the permissions', async () => {
  const stranger = await signedInUser(app.admin.client);
  const own = await placeOrder(customer.client);
  const variables = paymentVariables(own);
  expect(await stranger.client.codeOf(PROCESS_PAYMENT, variables)).toBe('FORBIDDEN');
  expect(await stranger.client.as(null).codeOf(PROCESS_PAYMENT, variables)).toBe('UNAUTHENTICATED');

  const manager = await signedInUser(app.admin.client, { role: 'manager' });
  const { payment } = await pay(manager.client, own);
  expect(payment).toMatchObject({ status: 'PROCESSED', customer: { id: customer.user.id } });
  const id = payment?.id;
  const seen = `query ($id: ID!) { order(id: $id) { payments { id } } }`;
  expect(await stranger.client.codeOf(PAYMENT, { id })).toBe('FORBIDDEN');
  expect(await stranger.client.codeOf('query ($id: ID!) { node(id: $id) { id } }', { id })).toBe('FORBIDDEN');
  expect(await stranger.client.codeOf(seen, { id: own.id })).toBe('FORBIDDEN');
  expect(await stranger.client.codeOf(PAYMENTS, { filter: { customerId: customer.user.id } })).toBe('FORBIDDEN');
  expect(await stranger.client.ask(PAYMENTS, { filter: { orderId: own.id } })).toMatchObject({
    payments: { totalCount: 0, edges: [] },
  });
  for (const { client } of [customer, manager]) {
    expect(await client.codeOf(PAYMENT, { id })).toBeNull();
    expect(await client.ask(seen, { id: own.id })).toEqual({ order: { payments: [{ id }] } });
    expect(await client.ask(PAYMENTS, { filter: { orderId: own.id, status: 'PROCESSED' } })).toMatchObject({
      payments: { totalCount: 1, edges: [{ node: { id } }] },
    });
  }
});
