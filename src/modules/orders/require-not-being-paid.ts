import type { SqlEntityManager } from '@mikro-orm/sql';
import { InvalidStateError } from '../../errors.ts';
import type { ModuleServices } from '../../graphql/context.ts';

/**
 * Whoever pays counts on the order staying as it is. To be asked behind the append: that holds the lock of the order's
 * stream, which a payment takes before it starts, so that none can start between the question and the commit.
 *
 * @throws InvalidStateError
 */
export async function requireNotBeingPaid(
  payments: ModuleServices['payments'],
  em: SqlEntityManager,
  orderId: string,
): Promise<void> {
  if ((await payments.ordersBeingPaid(em, [orderId])).size > 0)
    throw new InvalidStateError('A payment for this order is under way or was made.');
}
