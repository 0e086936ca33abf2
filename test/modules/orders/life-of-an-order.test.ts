import { expect, test } from 'vitest';
import { signedInUser } from '../../support/factories.ts';
import { findOrder, lineInput, listOrders, orderMutation, placeOrder } from '../../support/orders.ts';
import { findLogFaults } from '../../support/stored-log.ts';
import { readReadableStream } from '../../support/readable-stream.ts';
import { type Backend, startTestApp } from '../../support/test-app.ts';

test.for(['postgres', 'embedded'] satisfies Backend[])(
  'an order is placed, changed and cancelled, and each answer shows it as it is then (%s)',
  { timeout: 120_000 },
  async (backend) => {
    await using app = await startTestApp({ backend });
    const { client, user } = await signedInUser(app.admin.client);

    const created = await orderMutation(client, 'createOrder', {
      input: {
        currency: 'EUR',
        lines: [lineInput(), lineInput({ sku: 'CUP', name: 'A cup', quantity: 1, unitPrice: 1_250 })],
      },
    });
    expect(created).toMatchObject({
      __typename: 'CreateOrderPayload',
      order: {
        customer: { id: user.id },
        lines: [
          { sku: 'TEA-1', name: 'Green tea', quantity: 2, unitPrice: { amount: 450, currency: 'EUR' } },
          { sku: 'CUP', name: 'A cup', quantity: 1, unitPrice: { amount: 1_250, currency: 'EUR' } },
        ],
        total: { amount: 2_150, currency: 'EUR' },
        status: 'PENDING',
        version: 1,
      },
      events: [{ type: 'ORDER_CREATED', version: 1 }],
    });
    const id = created.order?.id ?? '';
    expect(created.order?.orderNumber).toMatch(/^ORD-[0-9A-Z]{5}-[0-9A-Z]{5}$/);
    expect(await findOrder(client, id)).toEqual(created.order);

    const updated = await orderMutation(client, 'updateOrder', { id, input: { lines: [lineInput({ quantity: 3 })] } });
    expect(updated).toMatchObject({
      order: { total: { amount: 1_350 }, version: 2, status: 'PENDING', orderNumber: created.order?.orderNumber },
      events: [{ type: 'ORDER_UPDATED', version: 2 }],
    });
    const same = await orderMutation(client, 'updateOrder', { id, input: { lines: [lineInput({ quantity: 3 })] } });
    expect(same).toMatchObject({ order: { version: 2 }, events: [] });

    const cancelled = await orderMutation(client, 'cancelOrder', { id, reason: 'Changed my mind.' });
    expect(cancelled).toMatchObject({
      order: { status: 'CANCELLED', version: 3 },
      events: [{ type: 'ORDER_CANCELLED', version: 3 }],
    });
    for (const [name, variables] of [
      ['cancelOrder', { id, reason: 'Again.' }],
      ['updateOrder', { id, input: { lines: [lineInput()] } }],
    ] as const) {
      expect(await orderMutation(client, name, variables)).toMatchObject({
        __typename: 'InvalidStateError',
        code: 'INVALID_STATE',
      });
    }
    expect(await findOrder(client, id)).toEqual(cancelled.order);
    expect((await listOrders(client)).edges.map(({ node }) => node)).toEqual([cancelled.order]);

    const stream = await readReadableStream(app.app, 'Order', id);
    expect(stream.map(({ type, subjectId }) => ({ type, subjectId }))).toEqual([
      { type: 'ORDER_CREATED', subjectId: user.id },
      { type: 'ORDER_UPDATED', subjectId: user.id },
      { type: 'ORDER_CANCELLED', subjectId: user.id },
    ]);
    expect(stream.at(-1)?.data).toMatchObject({
      cancellation: 'REQUESTED',
      order: { status: 'CANCELLED', version: 3, total: { amount: 1_350, currency: 'EUR' } },
      previousData: { status: 'PENDING', version: 2 },
    });
    expect(await findLogFaults(app.sql)).toEqual([]);
  },
);

test('an account with orders is kept', async () => {
  await using app = await startTestApp();
  const { client, user } = await signedInUser(app.admin.client);
  const { id } = await placeOrder(client);
  const DELETE = `mutation ($id: ID!) { deleteUser(id: $id) { __typename ... on Error { message } } }`;
  expect(await app.admin.client.ask(DELETE, { id: user.id })).toMatchObject({
    deleteUser: { __typename: 'InvalidStateError' },
  });
  expect(await findOrder(app.admin.client, id)).toMatchObject({ customer: { id: user.id } });
  expect(await findLogFaults(app.sql)).toEqual([]);
});
