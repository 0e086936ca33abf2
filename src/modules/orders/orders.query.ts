import { RequestError } from '../../errors.ts';
import { builder } from '../../graphql/builder.ts';
import { type Connection, connectionOf, connectionType, type PageArguments, pageOf } from '../../graphql/connection.ts';
import type { Context } from '../../graphql/context.ts';
import { requireUuid } from '../../graphql/node.type.ts';
import { UserType } from '../users/user.type.ts';
import type { OrderSnapshot } from './order.events.ts';
import { cachedOrderCount, cachedOrderPage, cachedOrders } from './order-list.ts';
import { orderNumberPrefix } from './order-number.ts';
import { maySeeAllOrders, maySeeOrdersOf } from './order.policy.ts';
import type { OrderSearch } from './order.repository.ts';
import { OrderStatusType, OrderType } from './order.type.ts';

const OrderConnection = connectionType('Order', OrderType);

const OrderFilter = builder.inputType('OrderFilter', {
  fields: (t) => ({
    status: t.field({ type: OrderStatusType }),
    customerId: t.id({ description: 'Another than oneself: with orders:read.' }),
    createdAfter: t.field({ type: 'DateTime' }),
    createdBefore: t.field({ type: 'DateTime' }),
    search: t.string({ description: 'What the order number begins with; case, hyphens and the prefix do not matter.' }),
  }),
});

const MAX_SEARCH = 50;

builder.queryField('orders', (t) =>
  t.field({
    type: OrderConnection,
    description: "The newest first: your own, with orders:read everybody's.",
    authScopes: { authenticated: true },
    args: { filter: t.arg({ type: OrderFilter }), first: t.arg.int(), after: t.arg.string() },
    resolve: (_root, args, context) => orderPage(context, searchOf(context, args.filter), args),
  }),
);

builder.objectField(UserType, 'orders', (t) =>
  t.field({
    type: OrderConnection,
    description: 'The newest first.',
    authScopes: (user, _args, context) => maySeeOrdersOf(context.viewer, user.id),
    args: { first: t.arg.int(), after: t.arg.string() },
    resolve: (user, args, context) => orderPage(context, { customerId: user.id }, args),
  }),
);

/** @throws RequestError */
function searchOf({ viewer }: Context, filter: typeof OrderFilter.$inferInput | null | undefined): OrderSearch {
  if ((filter?.search?.length ?? 0) > MAX_SEARCH)
    throw new RequestError('BAD_USER_INPUT', `A search has at most ${MAX_SEARCH} characters.`);
  const asked = filter?.customerId == null ? undefined : requireUuid(filter.customerId, 'customerId');
  const customerId = asked ?? (viewer && !maySeeAllOrders(viewer) ? viewer.userId : undefined);
  if (customerId !== undefined && !maySeeOrdersOf(viewer, customerId))
    throw new RequestError('FORBIDDEN', 'You may only list your own orders.');
  return {
    status: filter?.status ?? undefined,
    customerId,
    createdAfter: filter?.createdAfter ?? undefined,
    createdBefore: filter?.createdBefore ?? undefined,
    numberPrefix: filter?.search == null ? undefined : orderNumberPrefix(filter.search),
  };
}

async function orderPage(
  context: Context,
  search: OrderSearch,
  args: PageArguments,
): Promise<Connection<OrderSnapshot>> {
  const page = pageOf(args, 2);
  const ids = await cachedOrderPage(context, search, page);
  const orders = (await cachedOrders(context, ids)).filter((order) => order !== null);
  return connectionOf(
    page,
    orders,
    (order) => [order.createdAt, order.id],
    () => cachedOrderCount(context, search),
  );
}
