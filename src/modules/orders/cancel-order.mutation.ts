import {
  ConcurrencyError,
  IdempotencyConflictError,
  InvalidStateError,
  NotFoundError,
  ValidationError,
} from '../../errors.ts';
import { builder } from '../../graphql/builder.ts';
import { defineCommand } from '../../graphql/define-command.ts';
import { idInput } from '../../graphql/id-input.ts';
import { MutationPayload, mutationPayload } from '../../graphql/mutation-payload.ts';
import { mutationResult } from '../../graphql/mutation-result.ts';
import { loadOrder, orders } from './order.aggregate.ts';
import { reasonInput } from './order-input.ts';
import { requireMayChangeOrdersOf } from './order.policy.ts';
import { requireNotBeingPaid } from './require-not-being-paid.ts';
import { cancelOrder } from './order.ts';
import { OrderType } from './order.type.ts';

const CancelOrderPayload = mutationPayload<{ orderId: string }>('CancelOrderPayload');
CancelOrderPayload.implement({
  interfaces: [MutationPayload],
  guardedByParent: true,
  fields: (t) => ({ order: t.field({ type: OrderType, resolve: (outcome) => outcome.result.orderId }) }),
});

const CancelOrderResult = mutationResult('CancelOrderResult', CancelOrderPayload, [
  ValidationError,
  ConcurrencyError,
  NotFoundError,
  InvalidStateError,
  IdempotencyConflictError,
]);

const cancelOrderCommand = defineCommand({
  name: 'cancelOrder',
  aggregateType: 'Order',
  kind: 'UPDATE',
  authScopes: { authenticated: true },
  input: reasonInput.extend({ id: idInput() }),
  shown: ['id'],
  async run({ em, now, viewer, services, expectedVersion, input: { id, reason } }) {
    const order = await loadOrder(em, id, expectedVersion);
    requireMayChangeOrdersOf(viewer, order.state.customerId);
    await orders.append(em, order, cancelOrder(order.state, reason, now));
    await requireNotBeingPaid(services.payments, em, id);
    return { orderId: id };
  },
});

builder.mutationField('cancelOrder', (t) =>
  t.field({
    type: CancelOrderResult.type,
    description: 'Only while it is pending: a paid order would have to be refunded.',
    authScopes: cancelOrderCommand.authScopes,
    args: {
      id: t.arg.id({ required: true }),
      reason: t.arg.string({ required: true }),
      expectedVersion: t.arg.int(),
      idempotencyKey: t.arg.string(),
    },
    resolve: (_root, { id, reason, ...keys }, context) =>
      CancelOrderResult.answer(() => cancelOrderCommand.execute(context, { id, reason }, keys)),
  }),
);
