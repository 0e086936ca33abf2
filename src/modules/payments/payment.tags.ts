import { aggregateTag, defineTags, type TagRule } from '../../event-bus/event-tags.ts';
import { PaymentFailed, PaymentProcessed, PaymentStarted } from './payment.events.ts';

/** Which payments are in a list of everybody's. */
export const PAYMENTS_TAG = 'payments';

/** Which payments are in a list of one customer's. */
export function customerPaymentsTag(customerId: string): string {
  return `customer-payments:${customerId}`;
}

/** What is told about an order tells its payments. */
export const paymentTags: readonly TagRule[] = defineTags(
  [PaymentStarted, PaymentProcessed, PaymentFailed],
  ({ orderId, payment }) => [PAYMENTS_TAG, customerPaymentsTag(payment.customerId), aggregateTag('Order', orderId)],
);
