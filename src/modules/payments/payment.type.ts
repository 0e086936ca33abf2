import { RequestError } from '../../errors.ts';
import { builder } from '../../graphql/builder.ts';
import type { Context } from '../../graphql/context.ts';
import { NodeInterface, registerNodeLoader, requireUuid } from '../../graphql/node.type.ts';
import { MoneyType, OrderType } from '../orders/order.type.ts';
import { UserType } from '../users/user.type.ts';
import { cachedPaymentIdsOfOrder, cachedPayments } from './payment-list.ts';
import { maySeePaymentsOf } from './payment.policy.ts';
import type { Payment } from './payment.ts';

export const PaymentStatusType = builder.enumType('PaymentStatus', {
  values: {
    PENDING: { description: 'The gateway has not yet said what became of it.' },
    PROCESSED: {},
    FAILED: {},
  } as const,
});

export const PaymentType = builder.loadableObjectRef<Payment, string>('Payment', {
  load: async (ids: string[], context: Context) =>
    (await cachedPayments(context, ids)).map(
      (payment) => payment ?? new RequestError('BAD_USER_INPUT', 'The payment does not exist.'),
    ),
});

PaymentType.implement({
  interfaces: [NodeInterface],
  isTypeOf: (value) => typeof value === 'object' && value !== null && 'orderId' in value && 'method' in value,
  authScopes: (payment, context) => maySeePaymentsOf(context.viewer, payment.customerId),
  fields: (t) => ({
    order: t.field({ type: OrderType, resolve: (payment) => payment.orderId }),
    customer: t.field({ type: UserType, resolve: (payment) => payment.customerId }),
    amount: t.field({ type: MoneyType, resolve: (payment) => payment.amount }),
    method: t.exposeString('method'),
    transactionId: t.exposeString('transactionId', { nullable: true, description: "The gateway's." }),
    status: t.field({ type: PaymentStatusType, resolve: (payment) => payment.status }),
    failureReason: t.exposeString('failureReason', {
      nullable: true,
      description:
        'A code, such as INSUFFICIENT_FUNDS; GATEWAY_UNAVAILABLE and NOT_CHARGED say that nothing was charged.',
    }),
    version: t.exposeInt('version'),
    createdAt: t.field({ type: 'DateTime', resolve: (payment) => payment.createdAt }),
  }),
});

registerNodeLoader(async (id, context) => (await cachedPayments(context, [id]))[0] ?? null);

builder.queryField('payment', (t) =>
  t.field({
    type: PaymentType,
    nullable: true,
    // The payment itself says who may see it.
    authScopes: { authenticated: true },
    args: { id: t.arg.id({ required: true }) },
    resolve: async (_root, args, context) => (await cachedPayments(context, [requireUuid(args.id)]))[0] ?? null,
  }),
);

builder.objectField(OrderType, 'payments', (t) =>
  t.field({
    type: [PaymentType],
    description: 'Every attempt, the newest first.',
    authScopes: (order, _args, context) => maySeePaymentsOf(context.viewer, order.customerId),
    resolve: async (order, _args, context) => [...(await cachedPaymentIdsOfOrder(context, order.id))],
  }),
);
