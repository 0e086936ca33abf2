import { expect, test } from 'vitest';
import { v7 } from 'uuid';
import { transact } from '../../../src/database/transact.ts';
import { orders } from '../../../src/modules/orders/order.aggregate.ts';
import { placeOrder as decide } from '../../../src/modules/orders/order.ts';
import { placeOrder } from '../../support/orders.ts';
import { startTestApp } from '../../support/test-app.ts';

test('a number that was drawn before makes the command run again, which then draws another', async () => {
  await using app = await startTestApp();
  const { orderNumber, customer } = await placeOrder(app.admin.client);
  const { commands, log } = app.app.bus;
  const numbers = [orderNumber, orderNumber, 'ORD-NEW00-00000'];
  const id = v7();
  const outcome = await commands.execute({
    name: 'createOrder',
    aggregateType: 'Order',
    kind: 'CREATE',
    shown: {},
    viewer: null,
    origin: { correlationId: v7(), ipAddress: null, userAgent: null },
    run: async ({ em, now }) => {
      const input = { id, customerId: customer.id, currency: 'EUR', lines: [], orderNumber: numbers.shift() ?? '' };
      await orders.append(em, orders.blank(id), [decide(input, now)]);
      return {};
    },
  });
  expect(numbers).toEqual([]);
  expect(outcome.events).toMatchObject([{ version: 1, data: { order: { orderNumber: 'ORD-NEW00-00000' } } }]);
  expect(await log.readStream('Order', id)).toHaveLength(1);
  const rows = await transact(app.app.database, (em) => orders.load(em, id));
  expect(rows).toMatchObject({ version: 1, state: { orderNumber: 'ORD-NEW00-00000' } });
});
