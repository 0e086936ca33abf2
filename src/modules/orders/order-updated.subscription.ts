import { NotFoundError, RequestError } from '../../errors.ts';
import { type StreamAudience, streamEvents } from '../../event-bus/event-stream.ts';
import type { EventFilter } from '../../event-store/event-filter.ts';
import type { StoredEvent } from '../../event-store/domain-event.ts';
import { builder } from '../../graphql/builder.ts';
import { type Context, renewContext } from '../../graphql/context.ts';
import { requireUuid } from '../../graphql/node.type.ts';
import type { Viewer } from '../../viewer.ts';
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
      const audience = new OrderAudience(context, order);
      await audience.authorize();
      return followOrder(context, audience, after);
    },
    resolve: (order) => order,
  }),
);

async function* followOrder(context: Context, audience: OrderAudience, after: number): AsyncGenerator<OrderSnapshot> {
  const { tail, log, streamBatch } = context.core;
  const events = streamEvents({ tail, log, audience, after, signal: context.signal, batch: streamBatch });
  for await (const { event } of events) {
    renewContext(context, audience.viewer, {});
    // Every event of an order holds the whole order after it.
    yield event.data['order'] as OrderSnapshot;
  }
}

/** Whether the session behind a subscription may still see the order. */
class OrderAudience implements StreamAudience {
  readonly #context: Context;
  readonly #order: Pick<OrderSnapshot, 'id' | 'customerId'>;
  viewer: Viewer | null;

  constructor(context: Context, order: OrderSnapshot) {
    this.#context = context;
    this.#order = order;
    this.viewer = context.viewer;
  }

  async authorize(): Promise<EventFilter> {
    this.viewer = await this.#context.renewViewer();
    if (!maySeeOrdersOf(this.viewer, this.#order.customerId))
      throw new RequestError(this.viewer ? 'FORBIDDEN' : 'UNAUTHENTICATED', 'You may not see this order.');
    return { aggregateType: 'Order', aggregateId: this.#order.id };
  }

  /** The account, the session or a role. */
  isConcernedBy({ aggregateType, aggregateId }: StoredEvent): boolean {
    return aggregateType === 'Role' || (aggregateType === 'User' && aggregateId === this.viewer?.userId);
  }
}
