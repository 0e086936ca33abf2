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
import { OrderLineInput } from './create-order.mutation.ts';
import { loadOrder, orders } from './order.aggregate.ts';
import { orderChangeInput } from './order-input.ts';
import { requireMayChangeOrdersOf } from './order.policy.ts';
import { requireNotBeingPaid } from './require-not-being-paid.ts';
import { changeLines } from './order.ts';
import { OrderType } from './order.type.ts';

const UpdateOrderInput = builder.inputType('UpdateOrderInput', {
  fields: (t) => ({
    lines: t.field({ type: [OrderLineInput], required: true, description: '1 to 100, instead of those it has.' }),
  }),
});

const UpdateOrderPayload = mutationPayload<{ orderId: string }>('UpdateOrderPayload');
UpdateOrderPayload.implement({
  interfaces: [MutationPayload],
  guardedByParent: true,
  fields: (t) => ({ order: t.field({ type: OrderType, resolve: (outcome) => outcome.result.orderId }) }),
});

const UpdateOrderResult = mutationResult('UpdateOrderResult', UpdateOrderPayload, [
  ValidationError,
  ConcurrencyError,
  NotFoundError,
  InvalidStateError,
  IdempotencyConflictError,
]);

const updateOrder = defineCommand({
  name: 'updateOrder',
  aggregateType: 'Order',
  kind: 'UPDATE',
  authScopes: { authenticated: true },
  input: orderChangeInput.extend({ id: idInput() }),
  shown: ['id'],
  async run({ em, now, viewer, services, expectedVersion, input: { id, lines } }) {
    const order = await loadOrder(em, id, expectedVersion);
    requireMayChangeOrdersOf(viewer, order.state.customerId);
    await orders.append(em, order, changeLines(order.state, lines, now));
    await requireNotBeingPaid(services.payments, em, id);
    return { orderId: id };
  },
});

builder.mutationField('updateOrder', (t) =>
  t.field({
    type: UpdateOrderResult.type,
    description: 'Only while it is pending.',
    authScopes: updateOrder.authScopes,
    args: {
      id: t.arg.id({ required: true }),
      input: t.arg({ type: UpdateOrderInput, required: true }),
      expectedVersion: t.arg.int(),
      idempotencyKey: t.arg.string(),
    },
    resolve: (_root, { id, input, ...keys }, context) =>
      UpdateOrderResult.answer(() => updateOrder.execute(context, { id, ...input }, keys)),
  }),
);
