import { afterAll, beforeAll, expect, test } from 'vitest';
import { type SignedIn, signedInUser } from '../../support/factories.ts';
import { orderMutation, placeOrder } from '../../support/orders.ts';
import { charges, findPayment, pay, untilPaymentSettled } from '../../support/payments.ts';
import { findLogFaults } from '../../support/stored-log.ts';
import { startTestApp, type TestApp } from '../../support/test-app.ts';

let app: TestApp;
let customer: SignedIn;
beforeAll(async () => {
  app = await startTestApp({ env: { SIGNALBOX_PAYMENT_TIMEOUT_MS: '300' } });
  customer = await signedInUser(app.admin.client);
});
afterAll(() => app[Symbol.asyncDispose]());

const pending = { __typename: 'PaymentPendingError', code: 'GATEWAY_UNAVAILABLE' };

test('money that was taken though the answer never came is found, and a repeated request gets the settled answer', async () => {
  const { client } = customer;
  const order = await placeOrder(client);
  const key = crypto.randomUUID();
  const answer = await pay(client, order, { key, token: 'tok_timeout' });
  expect(answer).toMatchObject(pending);
  const paymentId = answer.paymentId ?? '';
  const settled = await untilPaymentSettled(client, paymentId);
  expect(settled).toMatchObject({ status: 'PROCESSED', version: 2 });
  expect(settled.transactionId).toMatch(/^sandbox_/);

  const again = await pay(client, order, { key, token: 'tok_timeout' });
  expect(again).toMatchObject({
    __typename: 'ProcessPaymentPayload',
    payment: settled,
    events: [{ type: 'PAYMENT_STARTED' }, { type: 'PAYMENT_PROCESSED' }],
  });
  expect(await pay(client, order)).toMatchObject({ __typename: 'InvalidStateError' });
  expect(await charges(app.sql, [paymentId])).toBe(1);
  const [start, end] = await app.app.bus.log.readStream('Payment', paymentId);
  expect(end?.metadata).toMatchObject({ causationId: start?.id, correlationId: start?.metadata.correlationId });
  expect(await findLogFaults(app.sql)).toEqual([]);
});

test('money that was never taken is not taken later, and the order can be paid anew', async () => {
  const { client } = customer;
  const order = await placeOrder(client);
  const key = crypto.randomUUID();
  const token = 'tok_timeout_uncharged';
  const answer = await pay(client, order, { key, token });
  expect(answer).toMatchObject(pending);
  const paymentId = answer.paymentId ?? '';
  expect(await untilPaymentSettled(client, paymentId)).toMatchObject({
    status: 'FAILED',
    failureReason: 'NOT_CHARGED',
  });
  expect(await pay(client, order, { key, token })).toMatchObject({
    __typename: 'PaymentDeclinedError',
    reason: 'NOT_CHARGED',
    paymentId,
  });
  const { payment } = await pay(client, order);
  expect(await charges(app.sql, [paymentId])).toBe(0);
  expect(await charges(app.sql, [payment?.id ?? ''])).toBe(1);
});

test('while the outcome is not known the order stays as it is, and is not paid a second time', async () => {
  const { client, user } = customer;
  const order = await placeOrder(client);
  const first = pay(client, order, { token: 'tok_timeout' });
  const started = app.sql(`select 1 from payment where order_id = $1 and status = 'PENDING'`, [order.id]);
  expect(await started).toBeDefined();
  const lines = [{ sku: 'S', name: 'N', quantity: 1, unitPrice: 1 }];
  const answer = await first;
  // Whether it is settled already or not: the order is spoken for.
  for (const [name, variables] of [
    ['updateOrder', { id: order.id, input: { lines } }],
    ['cancelOrder', { id: order.id, reason: 'No.' }],
  ] as const) {
    expect(await orderMutation(client, name, variables)).toMatchObject({ __typename: 'InvalidStateError' });
  }
  const all = await orderMutation(client, 'cancelOrders', { customerId: user.id, reason: 'All.' });
  expect(all.orders?.map(({ id }) => id)).not.toContain(order.id);
  expect(await pay(client, order)).toMatchObject({ __typename: 'InvalidStateError' });
  await untilPaymentSettled(client, answer.paymentId ?? '');
  expect(await findPayment(client, answer.paymentId ?? '')).toMatchObject({ status: 'PROCESSED' });
});
