import { expect, test } from 'vitest';
import { signedInUser } from '../../support/factories.ts';
import { orderMutation, placeOrder } from '../../support/orders.ts';
import { charges, findPayment, listPayments, pay, paymentsOf } from '../../support/payments.ts';
import { findLogFaults } from '../../support/stored-log.ts';
import { type Backend, startTestApp } from '../../support/test-app.ts';

test.for(['postgres', 'embedded'] satisfies Backend[])(
  'an order is paid once, and the payment is shown wherever it is looked for (%s)',
  { timeout: 120_000 },
  async (backend) => {
    await using app = await startTestApp({ backend });
    const { client, user } = await signedInUser(app.admin.client);
    const order = await placeOrder(client);
    expect(await paymentsOf(client, order.id)).toEqual([]);

    const key = crypto.randomUUID();
    const answer = await pay(client, order, { key });
    expect(answer).toMatchObject({
      __typename: 'ProcessPaymentPayload',
      payment: {
        order: { id: order.id },
        customer: { id: user.id },
        amount: { amount: 900, currency: 'EUR' },
        method: 'card',
        status: 'PROCESSED',
        failureReason: null,
        version: 2,
      },
      events: [
        { type: 'PAYMENT_STARTED', version: 1 },
        { type: 'PAYMENT_PROCESSED', version: 2 },
      ],
    });
    const { payment } = answer;
    expect(payment?.transactionId).toMatch(/^sandbox_/);
    expect(await paymentsOf(client, order.id)).toEqual([payment]);
    expect(await findPayment(client, payment?.id ?? '')).toEqual(payment);
    expect((await listPayments(client)).edges.map(({ node }) => node)).toEqual([payment]);
    const node = await client.ask('query ($id: ID!) { node(id: $id) { __typename id } }', { id: payment?.id });
    expect(node).toEqual({ node: { __typename: 'Payment', id: payment?.id } });

    expect(await pay(client, order, { key })).toEqual(answer);
    expect(await pay(client, order)).toMatchObject({ __typename: 'InvalidStateError', code: 'INVALID_STATE' });
    for (const [name, variables] of [
      ['cancelOrder', { id: order.id, reason: 'Too late.' }],
      ['updateOrder', { id: order.id, input: { lines: [{ sku: 'S', name: 'N', quantity: 1, unitPrice: 1 }] } }],
    ] as const) {
      expect(await orderMutation(client, name, variables)).toMatchObject({ __typename: 'InvalidStateError' });
    }
    expect(await orderMutation(client, 'cancelOrders', { customerId: user.id, reason: 'All.' })).toMatchObject({
      orders: [],
    });
    expect(await charges(app.sql, [payment?.id ?? ''])).toBe(1);
    expect(await findLogFaults(app.sql)).toEqual([]);
  },
);
