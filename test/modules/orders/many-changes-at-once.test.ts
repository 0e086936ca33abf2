import { expect, test } from 'vitest';
import { signedInUser } from '../../support/factories.ts';
import { findOrder, lineInput, orderMutation, placeOrder } from '../../support/orders.ts';
import { findLogFaults } from '../../support/stored-log.ts';
import { startTestApp } from '../../support/test-app.ts';

test('of fifty changes of one order at once on two nodes none is lost', { timeout: 120_000 }, async () => {
  await using app = await startTestApp();
  await using other = await app.deployment.startNode();
  const { client } = await signedInUser(app.admin.client);
  const { id } = await placeOrder(client);
  const callers = [client, client.at(other.url)];

  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, index) =>
      orderMutation(callers[index % 2] ?? client, 'updateOrder', {
        id,
        input: { lines: [lineInput({ sku: `change-${index}` })] },
      }),
    ),
  );
  expect(answers.map(({ __typename }) => __typename)).toEqual(answers.map(() => 'UpdateOrderPayload'));

  const stream = await app.app.bus.log.readStream('Order', id);
  expect(stream.map(({ version }) => version)).toEqual(Array.from({ length: 51 }, (_, index) => index + 1));
  const states = stream.map(({ data }) => data as { order: object; previousData?: object });
  for (const [index, { previousData }] of states.slice(1).entries()) expect(previousData).toEqual(states[index]?.order);
  expect(await findOrder(client, id)).toMatchObject({ version: 51, lines: states.at(-1)?.order['lines' as never] });
  expect(await findLogFaults(app.sql)).toEqual([]);
});
