import { aggregateTag, defineTags, type TagRule } from '../../event-bus/event-tags.ts';
import { PaymentFailed, PaymentProcessed } from './payment.events.ts';

const PAYMENTS_TAG = 'payments';

/** What is told about an order tells its payments. */
export const paymentTags: readonly TagRule[] = defineTags([PaymentProcessed, PaymentFailed], ({ orderId }) => [
  PAYMENTS_TAG,
  aggregateTag('Order', orderId),
]);
