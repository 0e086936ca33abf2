import { v7 } from 'uuid';
import {
  IdempotencyConflictError,
  InvalidStateError,
  NotFoundError,
  RequestError,
  ValidationError,
} from '../../errors.ts';
import { builder } from '../../graphql/builder.ts';
import { MutationPayload, mutationPayload } from '../../graphql/mutation-payload.ts';
import { mutationResult } from '../../graphql/mutation-result.ts';
import { requireUuid } from '../../graphql/node.type.ts';
import { parseInput } from '../../graphql/parse-input.ts';
import { orders } from './order.aggregate.ts';
import { newOrderInput } from './order-input.ts';
import { newOrderNumber } from './order-number.ts';
import { requireMayChangeOrdersOf } from './order.policy.ts';
import { placeOrder } from './order.ts';
import { OrderType } from './order.type.ts';

export const OrderLineInput = builder.inputType('OrderLineInput', {
  fields: (t) => ({
    sku: t.string({ required: true }),
    name: t.string({ required: true }),
    quantity: t.int({ required: true }),
    unitPrice: t.field({ type: 'SafeInt', required: true, description: "In the currency's smallest unit." }),
  }),
});

const CreateOrderInput = builder.inputType('CreateOrderInput', {
  fields: (t) => ({
    customerId: t.id({ description: 'Another than oneself: with orders:write.' }),
    lines: t.field({ type: [OrderLineInput], required: true, description: '1 to 100.' }),
    currency: t.string({ required: true, description: 'A code of ISO 4217.' }),
  }),
});

const CreateOrderPayload = mutationPayload<{ orderId: string }>('CreateOrderPayload');
CreateOrderPayload.implement({
  interfaces: [MutationPayload],
  guardedByParent: true,
  fields: (t) => ({ order: t.field({ type: OrderType, resolve: (outcome) => outcome.result.orderId }) }),
});

const CreateOrderResult = mutationResult('CreateOrderResult', CreateOrderPayload, [
  ValidationError,
  NotFoundError,
  InvalidStateError,
  IdempotencyConflictError,
]);

builder.mutationField('createOrder', (t) =>
  t.field({
    type: CreateOrderResult.type,
    authScopes: { authenticated: true },
    args: { input: t.arg({ type: CreateOrderInput, required: true }), idempotencyKey: t.arg.string() },
    resolve: (_root, args, { core, services, viewer, origin }) =>
      CreateOrderResult.answer(async () => {
        const { customerId: asked, ...rest } = args.input;
        const input = parseInput(newOrderInput, rest);
        const customerId = asked == null ? viewer?.userId : requireUuid(asked, 'customerId');
        if (customerId === undefined) throw new RequestError('UNAUTHENTICATED', 'Sign in first.');
        requireMayChangeOrdersOf(viewer, customerId);
        return core.commands.execute({
          name: 'createOrder',
          viewer,
          origin,
          idempotency:
            args.idempotencyKey == null ? null : { key: args.idempotencyKey, input: { ...input, customerId } },
          run: async ({ em, now }) => {
            const isActive = await services.users.isActive(em, customerId);
            if (isActive === null) throw new NotFoundError('The customer');
            if (!isActive) throw new InvalidStateError('The account of the customer is disabled.');
            const blank = orders.blank(v7());
            const order = placeOrder({ ...input, id: blank.id, customerId, orderNumber: newOrderNumber() }, now);
            await orders.append(em, blank, [order]);
            return { orderId: blank.id };
          },
        });
      }),
  }),
);
