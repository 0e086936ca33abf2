import DataLoader from 'dataloader';
import type { Json } from '../../event-bus/cache-layers.ts';
import { aggregateTag } from '../../event-bus/event-tags.ts';
import type { Context } from '../../graphql/context.ts';
import type { Page } from '../../graphql/connection.ts';
import type { OrderSnapshot } from './order.events.ts';
import { countOrders, findOrdersByIds, type OrderSearch, searchOrders } from './order.repository.ts';
import { customerOrdersTag, ORDERS_TAG } from './order.tags.ts';

/** Reads of the read model, through the cache. */

type Reading = Pick<Context, 'core' | 'em'>;

/** In the order of the ids; null for one that is not there. What the cache does not have is read with one statement. */
export async function cachedOrders({ core, em }: Reading, ids: readonly string[]): Promise<(OrderSnapshot | null)[]> {
  const missing = new DataLoader<string, OrderSnapshot | null>(async (wanted) => {
    const found = new Map((await findOrdersByIds(em, wanted)).map((order) => [order.id, order]));
    return wanted.map((id) => found.get(id) ?? null);
  });
  return Promise.all(
    ids.map((id) =>
      core.cache.getOrLoad({ key: ['order', id], tags: [aggregateTag('Order', id)], load: () => missing.load(id) }),
    ),
  );
}

/** The ids of one page, newest first. */
export function cachedOrderPage({ core, em }: Reading, search: OrderSearch, page: Page): Promise<readonly string[]> {
  return core.cache.getOrLoad({
    key: ['order ids of a page', keyOf(search), page.size, page.backward, page.from],
    tags: [tagOf(search)],
    load: () => searchOrders(em, search, page),
  });
}

export function cachedOrderCount({ core, em }: Reading, search: OrderSearch): Promise<number> {
  return core.cache.getOrLoad({
    key: ['order count', keyOf(search)],
    tags: [tagOf(search)],
    load: () => countOrders(em, search),
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
