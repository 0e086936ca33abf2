import type { SqlEntityManager } from '@mikro-orm/sql';
import { ConcurrencyError, NotFoundError } from '../../errors.ts';
import { defineAggregate, on } from '../../event-store/define-aggregate.ts';
import { EventSourcedRepository, type Sourced } from '../../event-store/event-sourced-repository.ts';
import { OrderCancelled, OrderCreated, type OrderSnapshot, OrderUpdated } from './order.events.ts';
import { writeOrders } from './order.repository.ts';

/** Null before the first event. Each event holds the whole order after it, so the last one has the word. */
type OrderState = OrderSnapshot | null;

const orderAggregate = defineAggregate<OrderState>({
  type: 'Order',
  foldVersion: 1,
  initial: null,
  apply: [
    on(OrderCreated, (_order, data) => data.order),
    on(OrderUpdated, (_order, data) => data.order),
    on(OrderCancelled, (_order, data) => data.order),
  ],
});

/**
 * Every append writes the rows of `app_order` in its transaction. Most orders never have ten events; of those that have, a
 * change takes half the time it takes with a snapshot every hundred (bench/orders.ts).
 */
export const orders = new EventSourcedRepository(orderAggregate, { snapshotEvery: 10, project: writeOrders });

export type LoadedOrder = Sourced<OrderSnapshot>;

/** @throws NotFoundError; ConcurrencyError when the caller decided on another version. */
export async function loadOrder(
  em: SqlEntityManager,
  id: string,
  expectedVersion?: number | null,
): Promise<LoadedOrder> {
  const { state, ...order } = await orders.load(em, id);
  if (!state) throw new NotFoundError('The order');
  if (expectedVersion != null && expectedVersion !== order.version)
    throw new ConcurrencyError(expectedVersion, order.version);
  return { ...order, state };
}
