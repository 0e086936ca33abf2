import {
  ConcurrencyError,
  IdempotencyConflictError,
  InvalidStateError,
  NotFoundError,
  ValidationError,
} from '../../errors.ts';
import { builder } from '../../graphql/builder.ts';
import { MutationPayload, mutationPayload } from '../../graphql/mutation-payload.ts';
import { mutationResult } from '../../graphql/mutation-result.ts';
import { requireUuid } from '../../graphql/node.type.ts';
import { parseInput } from '../../graphql/parse-input.ts';
import { OrderLineInput } from './create-order.mutation.ts';
import { loadOrder, orders } from './order.aggregate.ts';
import { orderChangeInput } from './order-input.ts';
import { requireMayChangeOrdersOf } from './order.policy.ts';
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

builder.mutationField('updateOrder', (t) =>
  t.field({
    type: UpdateOrderResult.type,
    description: 'Only while it is pending.',
    authScopes: { authenticated: true },
    args: {
      id: t.arg.id({ required: true }),
      input: t.arg({ type: UpdateOrderInput, required: true }),
      expectedVersion: t.arg.int(),
      idempotencyKey: t.arg.string(),
    },
    resolve: (_root, args, { core, viewer, origin }) =>
      UpdateOrderResult.answer(async () => {
        const id = requireUuid(args.id);
        const { lines } = parseInput(orderChangeInput, args.input);
        const { expectedVersion, idempotencyKey } = args;
        return core.commands.execute({
          name: 'updateOrder',
          viewer,
          origin,
          idempotency: idempotencyKey == null ? null : { key: idempotencyKey, input: { id, lines, expectedVersion } },
          retryOnConflict: expectedVersion == null,
          run: async ({ em, now }) => {
            const order = await loadOrder(em, id, expectedVersion);
            requireMayChangeOrdersOf(viewer, order.state.customerId);
            await orders.append(em, order, changeLines(order.state, lines, now));
            return { orderId: id };
          },
        });
      }),
  }),
);
