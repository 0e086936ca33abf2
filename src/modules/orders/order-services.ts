import type { SqlEntityManager } from '@mikro-orm/sql';
import { sqlOf } from '../../database/sql.ts';
import { InvalidStateError } from '../../errors.ts';
import { clockTime } from '../../event-store/clock.ts';
import { lockStream } from '../../event-store/lock-stream.ts';
import { type LoadedOrder, loadOrder, orders } from './order.aggregate.ts';
import type { OrderSnapshot } from './order.events.ts';
import { expireOrder, payOrder } from './order.ts';

/** `BEING_PAID`: a payment is under way or was made, and has the word; ask again later. `SETTLED`: paid or cancelled before. */
export type Expiry = 'EXPIRED' | 'BEING_PAID' | 'SETTLED';

/** What other modules need of orders, in the caller's transaction and command. All may be repeated. */
export interface OrderServices {
  /** The order as it is and stays until the transaction ends. @throws NotFoundError */
  lock(em: SqlEntityManager, orderId: string): Promise<OrderSnapshot>;
  /** Records ORDER_UPDATED with the status PAID; nothing when it is paid already. @throws NotFoundError; InvalidStateError when it is cancelled. */
  markPaid(em: SqlEntityManager, orderId: string, paymentId: string): Promise<void>;
  /** Records ORDER_CANCELLED when nobody has paid nor is about to. @throws NotFoundError */
  expireUnpaid(em: SqlEntityManager, orderId: string): Promise<Expiry>;
  /** How long an order waits to be paid; milliseconds. */
  readonly expireAfterMs: number;
}

interface Payments {
  readonly ordersBeingPaid: (em: SqlEntityManager, orderIds: readonly string[]) => Promise<ReadonlySet<string>>;
}

export function orderServices(
  { ordersBeingPaid }: Payments,
  { expireAfterMs }: Pick<OrderServices, 'expireAfterMs'>,
): OrderServices {
  return {
    expireAfterMs,

    lock: async (em, orderId) => (await lockOrder(em, orderId)).state,

    async markPaid(em, orderId, paymentId) {
      const order = await lockOrder(em, orderId);
      if (order.state.status === 'CANCELLED')
        throw new InvalidStateError(`The order was cancelled: the payment ${paymentId} has to be given back.`);
      await orders.append(em, order, payOrder(order.state, new Date(clockTime())));
    },

    async expireUnpaid(em, orderId) {
      const order = await lockOrder(em, orderId);
      if (order.state.status !== 'PENDING') return 'SETTLED';
      if ((await ordersBeingPaid(em, [orderId])).size > 0) return 'BEING_PAID';
      await orders.append(em, order, expireOrder(order.state, new Date(clockTime())));
      return 'EXPIRED';
    },
  };
}

async function lockOrder(em: SqlEntityManager, orderId: string): Promise<LoadedOrder> {
  await lockStream(sqlOf(em), 'Order', orderId);
  return loadOrder(em, orderId);
}

declare module '../../graphql/context.ts' {
  interface ModuleServices {
    readonly orders: OrderServices;
  }
}
