import type { Json } from '../../event-bus/cache-layers.ts';
import { aggregateTag } from '../../event-bus/event-tags.ts';
import { cachedObjects } from '../../graphql/cached-objects.ts';
import type { Page } from '../../graphql/connection.ts';
import type { Context } from '../../graphql/context.ts';
import {
  countPayments,
  findPaymentIdsOfOrder,
  findPaymentsByIds,
  type PaymentSearch,
  searchPayments,
} from './payment.repository.ts';
import { customerPaymentsTag, PAYMENTS_TAG } from './payment.tags.ts';
import type { Payment } from './payment.ts';

/** Reads of the read model, through the cache. */

type Reading = Pick<Context, 'core'>;

/** In the order of the ids; null for one that is not there. */
export function cachedPayments(context: Reading, ids: readonly string[]): Promise<(Payment | null)[]> {
  return cachedObjects(context, 'Payment', ids, (missing) =>
    findPaymentsByIds(context.core.database.orm.em.fork(), missing),
  );
}

/** The ids of an order's payments, newest first. A payment touches the tag of its order. */
export function cachedPaymentIdsOfOrder({ core }: Reading, orderId: string): Promise<readonly string[]> {
  return core.cache.getOrLoad({
    key: ['payment ids of an order', orderId],
    tags: [aggregateTag('Order', orderId)],
    load: () => findPaymentIdsOfOrder(core.database.orm.em.fork(), orderId),
  });
}

/** The ids of one page, newest first. */
export function cachedPaymentPage({ core }: Reading, search: PaymentSearch, page: Page): Promise<readonly string[]> {
  return core.cache.getOrLoad({
    key: ['payment ids of a page', keyOf(search), page.size, page.backward, page.from],
    tags: [tagOf(search)],
    load: () => searchPayments(core.database.orm.em.fork(), search, page),
  });
}

export function cachedPaymentCount({ core }: Reading, search: PaymentSearch): Promise<number> {
  return core.cache.getOrLoad({
    key: ['payment count', keyOf(search)],
    tags: [tagOf(search)],
    load: () => countPayments(core.database.orm.em.fork(), search),
  });
}

/** A list of one order's or one customer's payments stays good while others pay. */
function tagOf({ orderId, customerId }: PaymentSearch): string {
  if (orderId !== undefined) return aggregateTag('Order', orderId);
  return customerId === undefined ? PAYMENTS_TAG : customerPaymentsTag(customerId);
}

function keyOf({ status, customerId, orderId, createdAfter, createdBefore }: PaymentSearch): Json {
  return [
    status ?? null,
    customerId ?? null,
    orderId ?? null,
    createdAfter?.toISOString() ?? null,
    createdBefore?.toISOString() ?? null,
  ];
}
