import type { OrderSnapshot } from '../../src/modules/orders/order.events.ts';

/** An order after so many changes: three lines, of which one quantity goes up and down. */
export function orderAt(id: string, version: number): OrderSnapshot {
  const line = (sku: string, quantity: number) => ({
    sku,
    name: `What is sold as ${sku}`,
    quantity,
    unitPrice: { amount: 1_250, currency: 'EUR' },
  });
  const quantity = 1 + (version % 50);
  return {
    id,
    orderNumber: 'ORD-BENCH-00000',
    customerId: '01a2095a-f439-71dc-b88a-527656b18dce',
    lines: [line('TEA-1', quantity), line('CUP-7', 2), line('POT-3', 1)],
    total: { amount: 1_250 * (quantity + 3), currency: 'EUR' },
    status: 'PENDING',
    version,
    createdAt: '2026-11-26T10:00:00.000Z',
    updatedAt: new Date(Date.UTC(2026, 10, 26, 10) + version * 1_000).toISOString(),
  };
}

export interface OrderChange {
  readonly order: OrderSnapshot;
  readonly previousData: OrderSnapshot;
}

/** What the n-th event of the order holds, from the second on. */
export function changeAt(id: string, version: number): OrderChange {
  return { order: orderAt(id, version), previousData: orderAt(id, version - 1) };
}
