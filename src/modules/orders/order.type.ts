import { RequestError } from '../../errors.ts';
import { builder } from '../../graphql/builder.ts';
import type { Context } from '../../graphql/context.ts';
import { snapshotType } from '../../graphql/event-data-type.ts';
import { NodeInterface, registerNodeLoader, requireUuid } from '../../graphql/node.type.ts';
import { UserType } from '../users/user.type.ts';
import { money, type OrderSnapshot } from './order.events.ts';
import { cachedOrders } from './order-list.ts';
import { maySeeOrdersOf } from './order.policy.ts';

/** An amount in the currency's smallest unit; the same type as in events. */
export const MoneyType = snapshotType(money);

export const OrderStatusType = builder.enumType('OrderStatus', { values: ['PENDING', 'PAID', 'CANCELLED'] as const });

const OrderLine = builder.objectRef<OrderSnapshot['lines'][number]>('OrderLine').implement({
  guardedByParent: true,
  fields: (t) => ({
    sku: t.exposeString('sku'),
    name: t.exposeString('name'),
    quantity: t.exposeInt('quantity'),
    unitPrice: t.field({ type: MoneyType, resolve: (line) => line.unitPrice }),
  }),
});

export const OrderType = builder.loadableObjectRef<OrderSnapshot, string>('Order', {
  load: async (ids: string[], context: Context) =>
    (await cachedOrders(context, ids)).map(
      (order) => order ?? new RequestError('BAD_USER_INPUT', 'The order does not exist.'),
    ),
});

OrderType.implement({
  interfaces: [NodeInterface],
  isTypeOf: (value) => typeof value === 'object' && value !== null && 'orderNumber' in value && 'lines' in value,
  authScopes: (order, context) => maySeeOrdersOf(context.viewer, order.customerId),
  fields: (t) => ({
    orderNumber: t.exposeString('orderNumber'),
    customer: t.field({ type: UserType, resolve: (order) => order.customerId }),
    lines: t.field({ type: [OrderLine], resolve: (order) => order.lines }),
    total: t.field({ type: MoneyType, resolve: (order) => order.total }),
    status: t.field({ type: OrderStatusType, resolve: (order) => order.status }),
    version: t.exposeInt('version'),
    createdAt: t.field({ type: 'DateTime', resolve: (order) => order.createdAt }),
    updatedAt: t.field({ type: 'DateTime', resolve: (order) => order.updatedAt }),
  }),
});

registerNodeLoader(async (id, context) => (await cachedOrders(context, [id]))[0] ?? null);

builder.queryField('order', (t) =>
  t.field({
    type: OrderType,
    nullable: true,
    // The order itself says who may see it.
    authScopes: { authenticated: true },
    args: { id: t.arg.id({ required: true }) },
    resolve: async (_root, args, context) => (await cachedOrders(context, [requireUuid(args.id)]))[0] ?? null,
  }),
);
