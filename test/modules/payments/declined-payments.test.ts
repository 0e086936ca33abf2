import { afterAll, beforeAll, expect, test } from 'vitest';
import { type SignedIn, signedInUser } from '../../support/factories.ts';
import { findOrder, orderMutation, placeOrder } from '../../support/orders.ts';
import { charges, pay, type PaymentAnswer, paymentsOf } from '../../support/payments.ts';
import { countEvents, findLogFaults } from '../../support/stored-log.ts';
import { startTestApp, type TestApp } from '../../support/test-app.ts';

let app: TestApp;
let customer: SignedIn;
beforeAll(async () => {
  app = await startTestApp();
  customer = await signedInUser(app.admin.client);
});
afterAll(() => app[Symbol.asyncDispose]());

test.for([
  ['tok_declined', 'CARD_DECLINED'],
  ['tok_insufficient_funds', 'INSUFFICIENT_FUNDS'],
  ['tok_expired_card', 'EXPIRED_CARD'],
  ['tok_unheard_of', 'INVALID_TOKEN'],
] as const)(
  'with %s nothing is charged, the reason is %s, and the order can still be paid',
  async ([token, reason]) => {
    const { client, user } = customer;
    const order = await placeOrder(client);
    const key = crypto.randomUUID();
    const declined = await pay(client, order, { key, token });
    expect(declined).toMatchObject({ __typename: 'PaymentDeclinedError', code: 'PAYMENT_DECLINED', reason });
    const paymentId = declined.paymentId ?? '';
    const stream = await app.app.bus.log.readStream('Payment', paymentId);
    expect(stream.map(({ type, subjectId }) => ({ type, subjectId }))).toEqual([
      { type: 'PAYMENT_STARTED', subjectId: user.id },
      { type: 'PAYMENT_FAILED', subjectId: user.id },
    ]);
    expect(stream[1]?.data).toMatchObject({
      orderId: order.id,
      reason: declined.message,
      payment: { status: 'FAILED', failureReason: reason, transactionId: null, orderNumber: order.orderNumber },
    });
    const events = await countEvents(app.sql);
    expect(await pay(client, order, { key, token })).toEqual(declined);
    expect(await countEvents(app.sql)).toBe(events);
    expect(await findOrder(client, order.id)).toMatchObject({ status: 'PENDING', version: 1 });

    const { payment } = await pay(client, order);
    expect(payment?.status).toBe('PROCESSED');
    expect((await paymentsOf(client, order.id)).map(({ id, status }) => [id, status])).toEqual([
      [payment?.id, 'PROCESSED'],
      [paymentId, 'FAILED'],
    ]);
    expect(await charges(app.sql, [paymentId])).toBe(0);
    expect(await charges(app.sql, [payment?.id ?? ''])).toBe(1);
  },
);

test('without a gateway nothing is charged, and the same request may be sent again as it is', async () => {
  const { client } = customer;
  const order = await placeOrder(client);
  const key = crypto.randomUUID();
  const unavailable = { __typename: 'GatewayUnavailableError', code: 'GATEWAY_UNAVAILABLE' };
  expect(await pay(client, order, { key, token: 'tok_unavailable' })).toMatchObject(unavailable);
  expect(await pay(client, order, { key, token: 'tok_unavailable' })).toMatchObject(unavailable);
  expect((await paymentsOf(client, order.id)).map(({ status, failureReason }) => [status, failureReason])).toEqual([
    ['FAILED', 'GATEWAY_UNAVAILABLE'],
    ['FAILED', 'GATEWAY_UNAVAILABLE'],
  ]);
  const { payment } = await pay(client, order, { key });
  expect(payment?.status).toBe('PROCESSED');
  expect(await charges(app.sql, [payment?.id ?? ''])).toBe(1);
});

test('an order whose payment failed can be changed and cancelled', async () => {
  const { client } = customer;
  const order = await placeOrder(client);
  await pay(client, order, { token: 'tok_declined' });
  const lines = [{ sku: 'S', name: 'N', quantity: 1, unitPrice: 1 }];
  expect(await orderMutation(client, 'updateOrder', { id: order.id, input: { lines } })).toMatchObject({
    order: { version: 2 },
  });
  expect(await orderMutation(client, 'cancelOrder', { id: order.id, reason: 'No.' })).toMatchObject({
    order: { status: 'CANCELLED' },
  });
});

test('whoever tries card after card is stopped', async () => {
  const { client } = customer;
  const order = await placeOrder(client);
  const answers: PaymentAnswer[] = [];
  for (let attempt = 0; attempt < 22; attempt++) answers.push(await pay(client, order, { token: 'tok_declined' }));
  expect(answers.map(({ __typename }) => __typename)).toEqual([
    ...Array.from({ length: 20 }, () => 'PaymentDeclinedError'),
    'InvalidStateError',
    'InvalidStateError',
  ]);
  expect(await findLogFaults(app.sql)).toEqual([]);
});
