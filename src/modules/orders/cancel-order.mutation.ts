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
import { loadOrder, orders } from './order.aggregate.ts';
import { reasonInput } from './order-input.ts';
import { requireMayChangeOrdersOf } from './order.policy.ts';
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

builder.mutationField('cancelOrder', (t) =>
  t.field({
    type: CancelOrderResult.type,
    description: 'Only while it is pending: a paid order would have to be refunded.',
    authScopes: { authenticated: true },
    args: {
      id: t.arg.id({ required: true }),
      reason: t.arg.string({ required: true }),
      expectedVersion: t.arg.int(),
      idempotencyKey: t.arg.string(),
    },
    resolve: (_root, args, { core, viewer, origin }) =>
      CancelOrderResult.answer(async () => {
        const id = requireUuid(args.id);
        const { reason } = parseInput(reasonInput, { reason: args.reason });
        const { expectedVersion, idempotencyKey } = args;
        return core.commands.execute({
          name: 'cancelOrder',
          viewer,
          origin,
          idempotency: idempotencyKey == null ? null : { key: idempotencyKey, input: { id, reason, expectedVersion } },
          retryOnConflict: expectedVersion == null,
          run: async ({ em, now }) => {
            const order = await loadOrder(em, id, expectedVersion);
            requireMayChangeOrdersOf(viewer, order.state.customerId);
            await orders.append(em, order, cancelOrder(order.state, reason, now));
            return { orderId: id };
          },
        });
      }),
  }),
);
