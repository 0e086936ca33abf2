import { afterAll, beforeAll, expect, test } from 'vitest';
import { signedInUser } from '../../support/factories.ts';
import { holdRows } from '../../support/held-rows.ts';
import { listOrders, orderMutation, placeOrder } from '../../support/orders.ts';
import { startTestApp, type TestApp } from '../../support/test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app[Symbol.asyncDispose]());

test("all open orders of one customer are cancelled by one command, and nobody else's", async () => {
  const { client, user } = await signedInUser(app.admin.client);
  const theirs = await placeOrder(app.admin.client);
  const ids: string[] = [];
  for (let index = 0; index < 5; index++) ids.push((await placeOrder(client)).id);
  await orderMutation(client, 'cancelOrder', { id: ids[0], reason: 'Before.' });

  const answer = await orderMutation(client, 'cancelOrders', { customerId: user.id, reason: 'Moving away.' });
  expect(answer.orders?.map(({ id }) => id).toSorted()).toEqual(ids.slice(1).toSorted());
  expect(answer.orders?.every(({ status, version }) => status === 'CANCELLED' && version === 2)).toBe(true);
  expect(answer.events?.map(({ type }) => type)).toEqual(Array.from({ length: 4 }, () => 'ORDER_CANCELLED'));
  const commands = await app.sql<{ command_id: string }>(
    `select distinct command_id from event where type = 'ORDER_CANCELLED' and id = any($1::uuid[])`,
    [answer.events?.map(({ id }) => id)],
  );
  expect(commands).toHaveLength(1);
  expect((await listOrders(client, { filter: { status: 'PENDING' } })).totalCount).toBe(0);
  expect(await listOrders(app.admin.client, { filter: { status: 'PENDING' } })).toMatchObject({
    edges: [{ node: { id: theirs.id } }],
  });
  const again = await orderMutation(client, 'cancelOrders', { customerId: user.id, reason: 'Moving away.' });
  expect(again).toMatchObject({ __typename: 'CancelOrdersPayload', orders: [], events: [] });
});

test('an order that is cancelled meanwhile is left out, and two who cancel the same do not wait for each other for ever', async () => {
  const { client, user } = await signedInUser(app.admin.client);
  const ids: string[] = [];
  for (let index = 0; index < 4; index++) ids.push((await placeOrder(client)).id);
  const stream = `select from event_stream where aggregate_type = 'Order' and aggregate_id = $1 for update`;
  await using held = await holdRows(app.deployment.env['DATABASE_URL'] ?? '', stream, [ids[1]]);
  const first = orderMutation(client, 'cancelOrder', { id: ids[1], reason: 'Alone.' });
  await held.untilWaiting(1);
  const variables = { customerId: user.id, reason: 'All.' };
  const all = [orderMutation(client, 'cancelOrders', variables), orderMutation(client, 'cancelOrders', variables)];
  await held.untilWaiting(3);
  await held.release();

  expect(await first).toMatchObject({ __typename: 'CancelOrderPayload' });
  const cancelled = (await Promise.all(all)).flatMap(({ orders }) => orders?.map(({ id }) => id) ?? []);
  expect(cancelled.toSorted()).toEqual(ids.filter((id) => id !== ids[1]).toSorted());
});
