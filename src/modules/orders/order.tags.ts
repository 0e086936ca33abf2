import { defineTags, type TagRule } from '../../event-bus/event-tags.ts';
import { OrderCancelled, OrderCreated, OrderUpdated } from './order.events.ts';

/** Which orders are in a list of everybody's. */
export const ORDERS_TAG = 'orders';

/** Which orders are in a list of one customer's. */
export function customerOrdersTag(customerId: string): string {
  return `customer-orders:${customerId}`;
}

export const orderTags: readonly TagRule[] = defineTags([OrderCreated, OrderUpdated, OrderCancelled], ({ order }) => [
  ORDERS_TAG,
  customerOrdersTag(order.customerId),
]);
