import { expect, test } from 'vitest';
import { outline, watchDatabaseTraffic } from '../../support/database-traffic.ts';
import { lineInput, orderMutation, placeOrder } from '../../support/orders.ts';
import { startTestApp } from '../../support/test-app.ts';

test('the event of an order and its row go out together, after what they were decided on was read', async () => {
  await using app = await startTestApp();
  const { client } = app.admin;
  const { id } = await placeOrder(client);
  using traffic = watchDatabaseTraffic();
  await placeOrder(client);
  await orderMutation(client, 'updateOrder', { id, input: { lines: [lineInput({ quantity: 4 })] } });

  const batches = outline(traffic.batches);
  const appends = batches.filter((batch) => batch.includes('with raised'));
  expect(appends).toEqual([
    ['with raised', 'insert into', 'commit'],
    // Whether somebody is paying for it is asked behind the lock that the append takes.
    ['with raised', 'insert into', 'select order_id'],
  ]);
  expect(batches).toContainEqual(['begin', 'with snapshot']);
});
