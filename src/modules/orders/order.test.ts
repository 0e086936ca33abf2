import { expect, test } from 'vitest';
import { InvalidStateError, ValidationError } from '../../errors.ts';
import { cancelOrder, expireOrder, changeLines, payOrder, placeOrder } from './order.ts';
import type { OrderSnapshot } from './order.events.ts';

const LARGEST = Number.MAX_SAFE_INTEGER;
const PLACED = new Date('2026-11-26T10:00:00.000Z');
const LATER = new Date('2026-11-26T11:00:00.000Z');
const line = (quantity: number, unitPrice: number) => ({ sku: 'S', name: 'N', quantity, unitPrice });

function placed(lines = [line(2, 450)]): OrderSnapshot {
  const input = { id: 'o', orderNumber: 'ORD-1', customerId: 'c', currency: 'EUR', lines };
  return placeOrder(input, PLACED).data['order'] as OrderSnapshot;
}

const withStatus = (status: OrderSnapshot['status']): OrderSnapshot => ({ ...placed(), status });

test.for([
  ['of one line', [line(3, 450)], 1_350],
  ['of several', [line(3, 450), line(1, 1), line(2, 0)], 1_351],
  ['up to the largest', [line(1, LARGEST - 1), line(1, 1)], LARGEST],
] as const)('the total is the sum of the lines: %s', ([, lines, amount]) => {
  expect(placed([...lines]).total).toEqual({ amount, currency: 'EUR' });
});

test.for([
  ['one line', [line(2, LARGEST)]],
  ['the sum of lines', [line(1, LARGEST), line(1, 1)]],
  ['far above', Array.from({ length: 100 }, () => line(2_147_483_647, LARGEST))],
] as const)('a total beyond 2^53 - 1 is refused, not rounded: %s', ([, lines]) => {
  expect(() => placed([...lines])).toThrow(ValidationError);
  expect(() => changeLines(placed(), lines, LATER)).toThrow(ValidationError);
});

test('a change tells the order before and after it', () => {
  const before = placed();
  expect(changeLines(before, [line(3, 450)], LATER)).toMatchObject([
    {
      definition: { type: 'ORDER_UPDATED' },
      data: {
        order: {
          ...before,
          lines: [{ quantity: 3 }],
          total: { amount: 1_350 },
          version: 2,
          updatedAt: LATER.toISOString(),
        },
        previousData: before,
      },
    },
  ]);
  expect(payOrder(before, LATER)).toMatchObject([
    { definition: { type: 'ORDER_UPDATED' }, data: { order: { status: 'PAID', version: 2 }, previousData: before } },
  ]);
  expect(cancelOrder(before, 'why', LATER)).toMatchObject([
    {
      definition: { type: 'ORDER_CANCELLED' },
      data: {
        order: { status: 'CANCELLED', version: 2 },
        previousData: before,
        cancellation: 'REQUESTED',
        reason: 'why',
      },
    },
  ]);
  expect(expireOrder(before, LATER)).toMatchObject([
    { definition: { type: 'ORDER_CANCELLED' }, data: { order: { status: 'CANCELLED' }, cancellation: 'EXPIRED' } },
  ]);
});

test('nothing follows where nothing differs', () => {
  expect(changeLines(placed(), [line(2, 450)], LATER)).toEqual([]);
  expect(payOrder(withStatus('PAID'), LATER)).toEqual([]);
});

test('only a pending order changes', () => {
  for (const status of ['PAID', 'CANCELLED'] as const) {
    expect(() => changeLines(withStatus(status), [line(1, 1)], LATER)).toThrow(InvalidStateError);
    expect(() => cancelOrder(withStatus(status), 'why', LATER)).toThrow(InvalidStateError);
    expect(() => expireOrder(withStatus(status), LATER)).toThrow(InvalidStateError);
  }
  expect(() => payOrder(withStatus('CANCELLED'), LATER)).toThrow(InvalidStateError);
});
