import type { Json } from '../../event-bus/cache-layers.ts';
import { cachedObjects } from '../../graphql/cached-objects.ts';
import type { Context } from '../../graphql/context.ts';
import type { Page } from '../../graphql/connection.ts';
import type { OrderSnapshot } from './order.events.ts';
import { countOrders, findOrdersByIds, type OrderSearch, searchOrders } from './order.repository.ts';
import { customerOrdersTag, ORDERS_TAG } from './order.tags.ts';

/** Reads of the read model, through the cache. */

type Reading = Pick<Context, 'core'>;

/** In the order of the ids; null for one that is not there. */
export function cachedOrders(context: Reading, ids: readonly string[]): Promise<(OrderSnapshot | null)[]> {
  return cachedObjects(context, 'Order', ids, (missing) =>
    findOrdersByIds(context.core.database.orm.em.fork(), missing),
  );
}

/** The ids of one page, newest first. */
export function cachedOrderPage({ core }: Reading, search: OrderSearch, page: Page): Promise<readonly string[]> {
  return core.cache.getOrLoad({
    key: ['order ids of a page', keyOf(search), page.size, page.backward, page.from],
    tags: [tagOf(search)],
    load: () => searchOrders(core.database.orm.em.fork(), search, page),
  });
}

export function cachedOrderCount({ core }: Reading, search: OrderSearch): Promise<number> {
  return core.cache.getOrLoad({
    key: ['order count', keyOf(search)],
    tags: [tagOf(search)],
    load: () => countOrders(core.database.orm.em.fork(), search),
  });
}

/** A list of one customer's orders stays good while others order. */
function tagOf({ customerId }: OrderSearch): string {
  return customerId === undefined ? ORDERS_TAG : customerOrdersTag(customerId);
}

function keyOf({ status, customerId, createdAfter, createdBefore, numberPrefix }: OrderSearch): Json {
  return [
    status ?? null,
    customerId ?? null,
    createdAfter?.toISOString() ?? null,
    createdBefore?.toISOString() ?? null,
    numberPrefix ?? null,
  ];
}
