import { v7 } from 'uuid';
import { expect, test } from 'vitest';
import {
  OrderCancelled,
  OrderCreated,
  OrderUpdated,
  type OrderSnapshot,
} from '../../../src/modules/orders/order.events.ts';
import { appendTestEvents } from '../../support/append-test-events.ts';
import { startTestApp } from '../../support/test-app.ts';
import { waitFor } from '../../support/wait-for.ts';

const ORDER_STATS = `{ orderStats { totalOrders pendingOrders paidOrders cancelledOrders revenue { amount currency } refunds { amount currency }
  days { day orders paidOrders cancelledOrders revenue { amount currency } refunds { amount } } lastUpdated cursor } }`;

function order(amount: number, currency: string): OrderSnapshot {
  const id = v7();
  return {
    id,
    orderNumber: `SB-${id.slice(-6)}`,
    customerId: v7(),
    lines: [],
    total: { amount, currency },
    status: 'PENDING',
    version: 1,
    createdAt: '2026-06-01T00:00:00.000Z',
    updatedAt: '2026-06-01T00:00:00.000Z',
  };
}

test('orders are counted by state, day and currency; a paid order that is cancelled gives its revenue back', async () => {
  await using app = await startTestApp();
  const record = {
    created: (order: OrderSnapshot) =>
      appendTestEvents(app.app, OrderCreated, [{ aggregateId: order.id, data: { order } }]),
    updated: (previousData: OrderSnapshot, change: Partial<OrderSnapshot>) =>
      appendTestEvents(app.app, OrderUpdated, [
        { aggregateId: previousData.id, data: { order: { ...previousData, ...change }, previousData } },
      ]),
    cancelled: (previousData: OrderSnapshot) =>
      appendTestEvents(app.app, OrderCancelled, [
        {
          aggregateId: previousData.id,
          data: {
            order: { ...previousData, status: 'CANCELLED' },
            previousData,
            cancellation: 'REQUESTED',
            reason: 'Changed my mind.',
          },
        },
      ]),
  };
  const [paid, refunded, unpaid, pending] = [order(1_000, 'EUR'), order(500, 'EUR'), order(70, 'EUR'), order(9, 'USD')];
  for (const made of [paid, refunded, unpaid, pending]) await record.created(made);
  const dearer = { ...paid, total: { amount: 1_200, currency: 'EUR' } };
  await record.updated(paid, dearer);
  await record.updated(dearer, { status: 'PAID' });
  await record.updated(refunded, { status: 'PAID' });
  await record.cancelled({ ...refunded, status: 'PAID' });
  await record.cancelled(unpaid);

  const stats = await waitFor(
    async () => {
      const { orderStats } = await app.admin.client.ask<{
        orderStats: { cancelledOrders: number; lastUpdated: string };
      }>(ORDER_STATS);
      return orderStats.cancelledOrders === 2 && orderStats;
    },
    { describe: 'the statistics' },
  );
  const today = stats.lastUpdated.slice(0, 10);
  expect(stats).toMatchObject({
    totalOrders: 4,
    pendingOrders: 1,
    paidOrders: 1,
    cancelledOrders: 2,
    revenue: [
      { amount: 1_200, currency: 'EUR' },
      { amount: 0, currency: 'USD' },
    ],
    refunds: [
      { amount: 500, currency: 'EUR' },
      { amount: 0, currency: 'USD' },
    ],
    days: [
      {
        day: today,
        orders: 3,
        paidOrders: 2,
        cancelledOrders: 2,
        revenue: { amount: 1_200, currency: 'EUR' },
        refunds: { amount: 500 },
      },
      {
        day: today,
        orders: 1,
        paidOrders: 0,
        cancelledOrders: 0,
        revenue: { amount: 0, currency: 'USD' },
        refunds: { amount: 0 },
      },
    ],
  });
});
