import { IdempotencyConflictError, InvalidStateError, NotFoundError, ValidationError } from '../../errors.ts';
import { builder } from '../../graphql/builder.ts';
import { defineCommand } from '../../graphql/define-command.ts';
import { idInput } from '../../graphql/id-input.ts';
import { MutationPayload, mutationPayload } from '../../graphql/mutation-payload.ts';
import { mutationResult } from '../../graphql/mutation-result.ts';
import { loadOrder, orders } from './order.aggregate.ts';
import { reasonInput } from './order-input.ts';
import { requireMayChangeOrdersOf } from './order.policy.ts';
import { lockOpenOrders } from './order.repository.ts';
import { cancelOrder } from './order.ts';
import { OrderType } from './order.type.ts';

/** In one transaction, which keeps all of them locked. */
const MAX_ORDERS = 500;

const CancelOrdersPayload = mutationPayload<{ orderIds: readonly string[] }>('CancelOrdersPayload');
CancelOrdersPayload.implement({
  interfaces: [MutationPayload],
  guardedByParent: true,
  fields: (t) => ({
    orders: t.field({
      type: [OrderType],
      description: 'Those that were cancelled.',
      resolve: (outcome) => [...outcome.result.orderIds],
    }),
  }),
});

const CancelOrdersResult = mutationResult('CancelOrdersResult', CancelOrdersPayload, [
  ValidationError,
  NotFoundError,
  InvalidStateError,
  IdempotencyConflictError,
]);

const cancelOrders = defineCommand({
  name: 'cancelOrders',
  aggregateType: 'Order',
  kind: 'BULK_UPDATE',
  authScopes: { authenticated: true },
  input: reasonInput.extend({ customerId: idInput('customerId') }),
  shown: ['customerId'],
  authorize: ({ viewer, input }) => requireMayChangeOrdersOf(viewer, input.customerId),
  async run({ em, now, services, input: { customerId, reason } }) {
    if ((await services.users.isActive(em, customerId)) === null) throw new NotFoundError('The customer');
    const open = await lockOpenOrders(em, customerId, MAX_ORDERS + 1);
    if (open.length > MAX_ORDERS)
      throw new InvalidStateError(`The customer has more than ${MAX_ORDERS} open orders; cancel some first.`);
    const beingPaid = await services.payments.ordersBeingPaid(em, open);
    const changes = [];
    for (const id of open) {
      const order = await loadOrder(em, id);
      // It may have been cancelled while its lock was waited for.
      if (order.state.status !== 'PENDING' || beingPaid.has(id)) continue;
      changes.push({ aggregate: order, facts: cancelOrder(order.state, reason, now) });
    }
    await orders.appendAll(em, changes);
    return { orderIds: changes.map(({ aggregate }) => aggregate.id) };
  },
});

builder.mutationField('cancelOrders', (t) =>
  t.field({
    type: CancelOrdersResult.type,
    description: 'Every pending order of one customer that no payment is under way for, all of them or none.',
    authScopes: cancelOrders.authScopes,
    args: {
      customerId: t.arg.id({ required: true }),
      reason: t.arg.string({ required: true }),
      idempotencyKey: t.arg.string(),
    },
    resolve: (_root, { customerId, reason, ...keys }, context) =>
      CancelOrdersResult.answer(() => cancelOrders.execute(context, { customerId, reason }, keys)),
  }),
);
