import { NotFoundError, RequestError } from '../../errors.ts';
import { builder } from '../../graphql/builder.ts';
import { type Context, renewContext } from '../../graphql/context.ts';
import { EventSource, type SourceAudience } from '../../graphql/event-source.ts';
import { requireUuid } from '../../graphql/node.type.ts';
import type { OrderSnapshot } from './order.events.ts';
import { cachedOrders } from './order-list.ts';
import { maySeeOrdersOf } from './order.policy.ts';
import { OrderType } from './order.type.ts';

builder.subscriptionField('orderUpdated', (t) =>
  t.field({
    type: OrderType,
    description: 'The order after each of its changes from now on, once and in order.',
    authScopes: { authenticated: true },
    args: { id: t.arg.id({ required: true }) },
    subscribe: async (_root, args, context) => {
      const after = context.core.tail.head;
      const [order] = await cachedOrders(context, [requireUuid(args.id)]);
      if (!order) throw new NotFoundError('The order');
      const source = followOrder(context, order, after);
      await source.audience.authorize();
      return source;
    },
    resolve: (order) => order,
  }),
);

/** Every event of an order holds the whole order after it. */
function followOrder(context: Context, order: OrderSnapshot, after: number): EventSource<OrderSnapshot> {
  let { viewer } = context;
  const audience: SourceAudience = {
    async authorize() {
      viewer = await context.renewViewer();
      if (!maySeeOrdersOf(viewer, order.customerId))
        throw new RequestError(viewer ? 'FORBIDDEN' : 'UNAUTHENTICATED', 'You may not see this order.');
      return { aggregateType: 'Order', aggregateId: order.id };
    },
    aggregates: viewer ? context.core.aggregatesBehind(viewer) : [],
    renewContext: () => renewContext(context, viewer),
  };
  return new EventSource({
    streams: context.core.streams,
    audience,
    after,
    valueOf: (event) => event.data['order'] as OrderSnapshot,
  });
}
