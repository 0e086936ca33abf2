import { expect, test } from 'vitest';
import { orders } from '../../../src/modules/orders/order.aggregate.ts';
import { lineInput, orderMutation, placeOrder } from '../../support/orders.ts';
import { findLogFaults } from '../../support/stored-log.ts';
import { startTestApp } from '../../support/test-app.ts';

test('whatever became of the rows of orders, the log makes them again', async () => {
  await using app = await startTestApp();
  const { client } = app.admin;
  for (let index = 0; index < 3; index++) {
    const { id } = await placeOrder(client);
    await orderMutation(client, 'updateOrder', { id, input: { lines: [lineInput({ quantity: 10 + index })] } });
    if (index === 1) await orderMutation(client, 'cancelOrder', { id, reason: 'No.' });
  }
  const before = await app.sql('select * from app_order order by id');
  await app.sql(`update app_order set total = 1, status = 'PAID', version = 9, lines = '[]'`);
  await app.sql('delete from app_order where id in (select id from app_order limit 1)');
  expect(await orders.reprojectAll(app.app.database)).toBe(3);
  expect(await app.sql('select * from app_order order by id')).toEqual(before);
  expect(await findLogFaults(app.sql)).toEqual([]);
});
