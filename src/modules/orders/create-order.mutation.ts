import { v7 } from 'uuid';
import { IdempotencyConflictError, InvalidStateError, NotFoundError, ValidationError } from '../../errors.ts';
import { builder } from '../../graphql/builder.ts';
import { defineCommand } from '../../graphql/define-command.ts';
import { idInput } from '../../graphql/id-input.ts';
import { MutationPayload, mutationPayload } from '../../graphql/mutation-payload.ts';
import { mutationResult } from '../../graphql/mutation-result.ts';
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

const createOrder = defineCommand({
  name: 'createOrder',
  aggregateType: 'Order',
  kind: 'CREATE',
  authScopes: { authenticated: true },
  input: newOrderInput.extend({ customerId: idInput('customerId').nullish() }),
  shown: ['customerId', 'currency'],
  authorize: ({ viewer, input }) => requireMayChangeOrdersOf(viewer, input.customerId ?? viewer.userId),
  async run({ em, now, viewer, services, input }) {
    const customerId = input.customerId ?? viewer.userId;
    const isActive = await services.users.isActive(em, customerId);
    if (isActive === null) throw new NotFoundError('The customer');
    if (!isActive) throw new InvalidStateError('The account of the customer is disabled.');
    const blank = orders.blank(v7());
    const order = placeOrder({ ...input, id: blank.id, customerId, orderNumber: newOrderNumber() }, now);
    await orders.append(em, blank, [order]);
    return { orderId: blank.id };
  },
});

builder.mutationField('createOrder', (t) =>
  t.field({
    type: CreateOrderResult.type,
    authScopes: createOrder.authScopes,
    args: { input: t.arg({ type: CreateOrderInput, required: true }), idempotencyKey: t.arg.string() },
    resolve: (_root, { input, ...keys }, context) =>
      CreateOrderResult.answer(() => createOrder.execute(context, input, keys)),
  }),
);
