import { afterAll, beforeAll, expect, test } from 'vitest';
import { type SignedIn, signedInUser } from '../../support/factories.ts';
import { lineInput, listOrders, orderMutation, placeOrder } from '../../support/orders.ts';
import { countEvents } from '../../support/stored-log.ts';
import { startTestApp, type TestApp, type TestNode } from '../../support/test-app.ts';

let app: TestApp;
let other: TestNode;
let customer: SignedIn;
beforeAll(async () => {
  app = await startTestApp();
  other = await app.deployment.startNode();
  customer = await signedInUser(app.admin.client);
});
afterAll(async () => {
  await other[Symbol.asyncDispose]();
  await app[Symbol.asyncDispose]();
});

const newKey = (): string => crypto.randomUUID();

test('fifty duplicates of one order on two nodes make one order and get one answer', async () => {
  const input = { lines: [lineInput()], currency: 'EUR' };
  const idempotencyKey = newKey();
  const callers = [customer.client, customer.client.at(other.url)];
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, index) =>
      orderMutation(callers[index % 2] ?? customer.client, 'createOrder', { input, idempotencyKey }),
    ),
  );
  expect(answers[0]?.__typename).toBe('CreateOrderPayload');
  expect(answers).toEqual(answers.map(() => answers[0]));
  expect((await listOrders(customer.client)).totalCount).toBe(1);
});

test('each command takes effect once under its key, and another input is a conflict', async () => {
  const { id } = await placeOrder(customer.client);
  const update = { id, input: { lines: [lineInput({ quantity: 5 })] }, idempotencyKey: newKey() };
  const cancel = { id, reason: 'Enough.', idempotencyKey: newKey() };
  const cancelAll = { customerId: customer.user.id, reason: 'All.', idempotencyKey: newKey() };
  for (const [name, variables, changed] of [
    ['updateOrder', update, { input: { lines: [lineInput({ quantity: 6 })] } }],
    ['cancelOrder', cancel, { reason: 'Too much.' }],
    ['cancelOrders', cancelAll, { reason: 'All of it.' }],
  ] as const) {
    const first = await orderMutation(customer.client, name, variables);
    const before = await countEvents(app.sql);
    const again = await orderMutation(customer.client, name, variables);
    expect(again.events).toEqual(first.events);
    expect(again.__typename).toBe(first.__typename);
    expect(await orderMutation(customer.client, name, { ...variables, ...changed })).toMatchObject({
      __typename: 'IdempotencyConflictError',
    });
    expect(await countEvents(app.sql)).toBe(before);
  }
});

test('a change of an older version is a conflict that names the present one', async () => {
  const { id } = await placeOrder(customer.client);
  const lines = [lineInput({ quantity: 8 })];
  await orderMutation(customer.client, 'updateOrder', { id, input: { lines }, expectedVersion: 1 });
  const stale = { __typename: 'ConcurrencyError', code: 'CONCURRENCY_CONFLICT', expectedVersion: 1, actualVersion: 2 };
  const update = { id, input: { lines: [lineInput()] }, expectedVersion: 1 };
  expect(await orderMutation(customer.client, 'updateOrder', update)).toMatchObject(stale);
  const cancel = { id, reason: 'Stale.', expectedVersion: 1 };
  expect(await orderMutation(customer.client, 'cancelOrder', cancel)).toMatchObject(stale);
  expect(await orderMutation(customer.client, 'cancelOrder', { ...cancel, expectedVersion: 2 })).toMatchObject({
    order: { status: 'CANCELLED', version: 3 },
  });
});
