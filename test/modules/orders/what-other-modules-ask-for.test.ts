import { v7 } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CommandResult, CommandScope } from '../../../src/event-bus/command.ts';
import { systemCaller } from '../../../src/graphql/system-caller.ts';
import { findOrder, orderMutation, placeOrder } from '../../support/orders.ts';
import { pay, untilPaymentSettled } from '../../support/payments.ts';
import { findLogFaults } from '../../support/stored-log.ts';
import { startTestApp, type TestApp } from '../../support/test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ env: { SIGNALBOX_PAYMENT_TIMEOUT_MS: '200' } });
});
afterAll(() => app[Symbol.asyncDispose]());

/** In a command of the program itself, as a saga has one. */
async function asProgram<Result extends CommandResult>(run: (scope: CommandScope) => Promise<Result>) {
  const { database, bus, services } = app.app;
  const { viewer, origin } = systemCaller(database, bus.commands, services);
  const facts = { name: 'saga', aggregateType: 'Order', kind: 'UPDATE', shown: {} } as const;
  return bus.commands.execute({ ...facts, viewer, origin, run });
}

const markPaid = (orderId: string) =>
  asProgram(async ({ em }) => {
    await app.app.services.orders.markPaid(em, orderId, v7());
    return {};
  });
const expire = (orderId: string) =>
  asProgram(async ({ em }) => ({ expiry: await app.app.services.orders.expireUnpaid(em, orderId) }));

test('an order is marked as paid once, however often it is asked for', async () => {
  const { client } = app.admin;
  const order = await placeOrder(client);
  await pay(client, order);
  expect((await markPaid(order.id)).events).toMatchObject([
    { type: 'ORDER_UPDATED', version: 2, data: { order: { status: 'PAID' }, previousData: { status: 'PENDING' } } },
  ]);
  expect((await markPaid(order.id)).events).toEqual([]);
  expect(await findOrder(client, order.id)).toMatchObject({ status: 'PAID', version: 2 });
  expect(await expire(order.id)).toMatchObject({ result: { expiry: 'SETTLED' }, events: [] });
  expect(await orderMutation(client, 'cancelOrder', { id: order.id, reason: 'No.' })).toMatchObject({
    __typename: 'InvalidStateError',
  });
  expect(await pay(client, order)).toMatchObject({ __typename: 'InvalidStateError' });
});

test('two who mark the same order at the same time leave one event', async () => {
  const order = await placeOrder(app.admin.client);
  const outcomes = await Promise.all([markPaid(order.id), markPaid(order.id), markPaid(order.id)]);
  expect(outcomes.flatMap(({ events }) => events)).toHaveLength(1);
});

test('a cancelled order is not paid any more, and one that is not there neither', async () => {
  const { client } = app.admin;
  const { id } = await placeOrder(client);
  await orderMutation(client, 'cancelOrder', { id, reason: 'No.' });
  await expect(markPaid(id)).rejects.toMatchObject({ code: 'INVALID_STATE' });
  await expect(markPaid(v7())).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('an order expires while nobody pays for it, once', async () => {
  const { client } = app.admin;
  const { id } = await placeOrder(client);
  expect(await expire(id)).toMatchObject({
    result: { expiry: 'EXPIRED' },
    events: [
      {
        type: 'ORDER_CANCELLED',
        version: 2,
        data: { cancellation: 'EXPIRED' },
      },
    ],
  });
  expect(await expire(id)).toMatchObject({ result: { expiry: 'SETTLED' }, events: [] });
});

test('an order that is being paid does not expire, and one whose payment failed does', async () => {
  const { client } = app.admin;
  const paying = await placeOrder(client);
  const { paymentId = '' } = await pay(client, paying, { token: 'tok_timeout' });
  expect(await expire(paying.id)).toMatchObject({ result: { expiry: 'BEING_PAID' }, events: [] });
  await untilPaymentSettled(client, paymentId);
  expect(await expire(paying.id)).toMatchObject({ result: { expiry: 'BEING_PAID' } });
  const failed = await placeOrder(client);
  await pay(client, failed, { token: 'tok_declined' });
  expect(await expire(failed.id)).toMatchObject({ result: { expiry: 'EXPIRED' } });
  expect(await findLogFaults(app.sql)).toEqual([]);
});
