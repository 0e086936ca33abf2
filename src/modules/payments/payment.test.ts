import { expect, test } from 'vitest';
import { InvalidStateError, ValidationError } from '../../errors.ts';
import { type Payment, settlePayment, startPayment } from './payment.ts';

const NOW = new Date('2026-11-26T10:00:00.000Z');
const order = {
  id: '01a2095a-f686-7294-ae88-05e1da639557',
  orderNumber: 'ORD-1',
  customerId: '01a2095a-f439-71dc-b88a-527656b18dce',
  total: { amount: 900, currency: 'EUR' },
  status: 'PENDING',
};
const input = { id: '01a2095a-0000-71dc-b88a-527656b18dce', amount: 900, currency: 'EUR', method: 'card' };
const started: Payment = {
  ...(startPayment(order, input, NOW).data['payment'] as Payment),
  status: 'PENDING',
  transactionId: null,
  failureReason: null,
};

test('a payment is of the whole order, in its currency, while it is pending', () => {
  expect(started).toMatchObject({ orderId: order.id, orderNumber: 'ORD-1', amount: order.total, version: 1 });
  expect(() => startPayment(order, { ...input, amount: 899 }, NOW)).toThrow(ValidationError);
  expect(() => startPayment(order, { ...input, currency: 'USD' }, NOW)).toThrow(ValidationError);
  for (const status of ['PAID', 'CANCELLED']) {
    expect(() => startPayment({ ...order, status }, input, NOW)).toThrow(InvalidStateError);
  }
});

test.for([
  [{ status: 'CHARGED', transactionId: 't' }, 'PAYMENT_PROCESSED', { status: 'PROCESSED', transactionId: 't' }],
  [{ status: 'DECLINED', reason: 'EXPIRED_CARD' }, 'PAYMENT_FAILED', { failureReason: 'EXPIRED_CARD' }],
  [{ status: 'NOT_CHARGED' }, 'PAYMENT_FAILED', { failureReason: 'NOT_CHARGED' }],
  [{ status: 'UNREACHED' }, 'PAYMENT_FAILED', { failureReason: 'GATEWAY_UNAVAILABLE' }],
] as const)('after %o follows %s', ([outcome, type, payment]) => {
  const { definition, data } = settlePayment(started, outcome);
  expect(definition.type).toBe(type);
  expect(definition.data.parse(data)).toMatchObject({ orderId: order.id, payment: { version: 2, ...payment } });
});
