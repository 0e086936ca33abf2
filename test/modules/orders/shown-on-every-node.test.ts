import { expect, test } from 'vitest';
import { signedInUser } from '../../support/factories.ts';
import { findOrder, lineInput, listOrders, orderMutation, placeOrder } from '../../support/orders.ts';
import { startTestApp } from '../../support/test-app.ts';
import { waitFor } from '../../support/wait-for.ts';

test('a change is shown at once where it was made, and soon on the other node, though both had read before', async () => {
  await using app = await startTestApp();
  await using other = await app.deployment.startNode();
  const { client, user } = await signedInUser(app.admin.client);
  const elsewhere = client.at(other.url);
  const first = await placeOrder(client);
  const ids = async (caller: typeof client) => (await listOrders(caller)).edges.map(({ node }) => node.id);
  const statusOf = async (caller: typeof client) => (await findOrder(caller, first.id))?.status;

  for (let round = 0; round < 3; round++) {
    const before = await ids(client);
    await waitFor(async () => (await ids(elsewhere)).length === before.length, {
      describe: 'the other node to catch up',
    });
    const { id } = await placeOrder(client);
    expect(await ids(client)).toEqual([id, ...before]);
    await waitFor(async () => (await ids(elsewhere))[0] === id, { describe: 'the order on the other node' });
  }
  expect([await statusOf(client), await statusOf(elsewhere)]).toEqual(['PENDING', 'PENDING']);
  await orderMutation(client, 'updateOrder', { id: first.id, input: { lines: [lineInput({ quantity: 9 })] } });
  expect(await findOrder(client, first.id)).toMatchObject({ version: 2, total: { amount: 4_050 } });
  await orderMutation(client, 'cancelOrders', { customerId: user.id, reason: 'All.' });
  expect(await statusOf(client)).toBe('CANCELLED');
  expect((await listOrders(client, { filter: { status: 'PENDING' } })).totalCount).toBe(0);
  await waitFor(async () => (await statusOf(elsewhere)) === 'CANCELLED', { describe: 'the change on the other node' });
});
