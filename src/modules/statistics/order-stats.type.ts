import { encodeCursor } from '../../event-store/cursor.ts';
import { RequestError } from '../../errors.ts';
import { projectionTag } from '../../event-bus/event-tags.ts';
import { atLeast } from '../../graphql/at-least.ts';
import { builder } from '../../graphql/builder.ts';
import type { Context } from '../../graphql/context.ts';
import { snapshotType } from '../../graphql/event-data-type.ts';
import { money } from '../orders/order.events.ts';
import { orderStatsProjection } from './order-stats.projection.ts';
import { type OrderStats, type OrderStatsDay, readOrderStats, readOrderStatsDays } from './order-stats.repository.ts';

const MAX_DAYS = 400;
const DEFAULT_DAYS = 100;

const MoneyType = snapshotType(money);

const OrderStatsDayType = builder.objectRef<OrderStatsDay>('OrderStatsDay').implement({
  guardedByParent: true,
  fields: (t) => ({
    day: t.exposeString('day', { description: 'YYYY-MM-DD, UTC.' }),
    orders: t.exposeInt('created', { description: 'Made on this day.' }),
    paidOrders: t.exposeInt('paid', { description: 'Paid on this day.' }),
    cancelledOrders: t.int({
      description: 'Cancelled on this day, paid before or not.',
      resolve: ({ cancelled }) => cancelled,
    }),
    revenue: t.field({
      type: MoneyType,
      description: 'Totals of what was paid on this day, less `refunds`.',
      resolve: ({ revenue, refunds, currency }) => ({ amount: revenue - refunds, currency }),
    }),
    refunds: t.field({
      type: MoneyType,
      description: 'Totals of paid orders that were cancelled on this day.',
      resolve: ({ refunds, currency }) => ({ amount: refunds, currency }),
    }),
  }),
});

const OrderStatsType = builder.objectRef<OrderStats>('OrderStats').implement({
  authScopes: { permission: 'statistics:read' },
  fields: (t) => ({
    totalOrders: t.int({ resolve: (stats) => sumOf(stats, ({ created }) => created) }),
    pendingOrders: t.int({
      resolve: (stats) =>
        sumOf(stats, ({ created, paid, cancelled, refunded }) => created - paid - cancelled + refunded),
    }),
    paidOrders: t.int({ resolve: (stats) => sumOf(stats, ({ paid, refunded }) => paid - refunded) }),
    cancelledOrders: t.int({ resolve: (stats) => sumOf(stats, ({ cancelled }) => cancelled) }),
    revenue: t.field({
      type: [MoneyType],
      description: 'By currency: totals of paid orders, less `refunds`.',
      resolve: ({ byCurrency }) =>
        byCurrency.map(({ revenue, refunds, currency }) => ({ amount: revenue - refunds, currency })),
    }),
    refunds: t.field({
      type: [MoneyType],
      description: 'By currency: totals of orders that were cancelled after they were paid.',
      resolve: ({ byCurrency }) => byCurrency.map(({ refunds, currency }) => ({ amount: refunds, currency })),
    }),
    days: t.field({
      type: [OrderStatsDayType],
      description: 'One entry per day (UTC) and currency, the newest day first.',
      args: {
        from: t.arg({ type: 'DateTime' }),
        to: t.arg({ type: 'DateTime', description: 'Inclusive.' }),
        first: t.arg.int({ description: `1 to ${MAX_DAYS} entries; ${DEFAULT_DAYS} if not said.` }),
      },
      resolve: (_stats, { from, to, first }, { core }) => {
        const limit = first ?? DEFAULT_DAYS;
        if (limit < 1 || limit > MAX_DAYS)
          throw new RequestError('BAD_USER_INPUT', `Ask for 1 to ${MAX_DAYS} entries.`);
        return readOrderStatsDays(core.database.sql, { from: dayOf(from), to: dayOf(to), limit });
      },
    }),
    lastUpdated: t.expose('lastUpdated', { type: 'DateTime', nullable: true }),
    cursor: t.field({
      type: 'Cursor',
      nullable: true,
      description: 'Every event up to here is counted.',
      resolve: (stats) => encodeCursor(stats.position),
    }),
  }),
});

builder.queryField('orderStats', (t) =>
  t.field({
    type: OrderStatsType,
    authScopes: { permission: 'statistics:read' },
    args: { atLeast: t.arg.string({ description: 'A consistencyToken: waits until its events are counted.' }) },
    resolve: async (_root, args, context) => {
      await atLeast(context, orderStatsProjection, args.atLeast);
      return cachedOrderStats(context);
    },
  }),
);

function sumOf({ byCurrency }: OrderStats, value: (amounts: OrderStats['byCurrency'][number]) => number): number {
  return byCurrency.reduce((sum, amounts) => sum + value(amounts), 0);
}

function dayOf(date: Date | null | undefined): string | null {
  return date?.toISOString().slice(0, 10) ?? null;
}

function cachedOrderStats({ core }: Context): Promise<OrderStats> {
  return core.cache.getOrLoad({
    key: ['orderStats/1'],
    tags: [projectionTag(orderStatsProjection.name)],
    load: async () => ({ ...(await readOrderStats(core.database.sql)) }),
    positionOf: (stats) => stats.position,
  });
}
