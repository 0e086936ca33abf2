import { afterAll, beforeAll, expect, test } from 'vitest';
import { type SignedIn, signedInUser } from '../../support/factories.ts';
import { holdRows } from '../../support/held-rows.ts';
import { orderMutation, placeOrder } from '../../support/orders.ts';
import { allCharges, pay, type PaymentAnswer, paymentsOf } from '../../support/payments.ts';
import { findLogFaults } from '../../support/stored-log.ts';
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

const callers = () => [customer.client, customer.client.at(other.url)] as const;
const typenames = (answers: readonly PaymentAnswer[]) => answers.map(({ __typename }) => __typename).toSorted();

test('of twenty payments of one order on two nodes one is made', { timeout: 60_000 }, async () => {
  const order = await placeOrder(customer.client);
  const before = await allCharges(app.sql);
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, index) => pay(callers()[index % 2 === 0 ? 0 : 1], order)),
  );
  expect(typenames(answers)).toEqual([
    ...Array.from({ length: 19 }, () => 'InvalidStateError'),
    'ProcessPaymentPayload',
  ]);
  expect(await allCharges(app.sql)).toBe(before + 1);
  expect(await paymentsOf(customer.client, order.id)).toMatchObject([{ status: 'PROCESSED' }]);
  expect(await findLogFaults(app.sql)).toEqual([]);
});

test('fifty duplicates of one payment on two nodes charge once and get one answer', { timeout: 60_000 }, async () => {
  const order = await placeOrder(customer.client);
  const before = await allCharges(app.sql);
  const key = crypto.randomUUID();
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, index) => pay(callers()[index % 2 === 0 ? 0 : 1], order, { key })),
  );
  expect(answers[0]?.__typename).toBe('ProcessPaymentPayload');
  expect(answers).toEqual(answers.map(() => answers[0]));
  expect(await allCharges(app.sql)).toBe(before + 1);
  // And the gateway was asked once, for it need not be relied upon.
  const id = answers[0]?.payment?.id;
  expect(await app.sql('select calls from sandbox_charge where key = $1', [id])).toEqual([{ calls: 1 }]);
});

test.for(['payment first', 'change first'] as const)(
  'a payment and a change of the order that meet: %s, and the other sees it',
  async (first) => {
    const order = await placeOrder(customer.client);
    const [client, elsewhere] = callers();
    const stream = `select from event_stream where aggregate_type = 'Order' and aggregate_id = $1 for update`;
    await using held = await holdRows(app.deployment.env['DATABASE_URL'] ?? '', stream, [order.id]);
    const lines = [{ sku: 'S', name: 'N', quantity: 1, unitPrice: 1 }];
    const start = {
      payment: () => pay(client, order),
      change: () => orderMutation(elsewhere, 'updateOrder', { id: order.id, input: { lines } }),
    };
    const order1 = first === 'payment first' ? (['payment', 'change'] as const) : (['change', 'payment'] as const);
    const running: Promise<{ readonly __typename: string }>[] = [];
    for (const [index, name] of order1.entries()) {
      running.push(start[name]());
      await held.untilWaiting(index + 1);
    }
    await held.release();
    const [winner, loser] = await Promise.all(running);
    expect(winner?.__typename).toMatch(/Payload$/);
    expect(loser?.__typename).toBe(first === 'payment first' ? 'InvalidStateError' : 'ValidationError');
    expect(await paymentsOf(client, order.id)).toHaveLength(first === 'payment first' ? 1 : 0);
  },
);
