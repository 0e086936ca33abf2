import { projectionTag } from '../../event-bus/event-tags.ts';
import { encodeCursor } from '../../event-store/cursor.ts';
import { atLeast } from '../../graphql/at-least.ts';
import { builder } from '../../graphql/builder.ts';
import type { Context } from '../../graphql/context.ts';
import { userStatsProjection } from './user-stats.projection.ts';
import { readUserStats, type UserStats } from './user-stats.repository.ts';

export const UserStatsType = builder.objectRef<UserStats>('UserStats').implement({
  authScopes: { permission: 'statistics:read' },
  fields: (t) => ({
    totalUsers: t.exposeInt('totalUsers', { description: 'Accounts that exist.' }),
    activeUsers: t.exposeInt('activeUsers'),
    inactiveUsers: t.int({ resolve: (stats) => stats.totalUsers - stats.activeUsers }),
    newUsersThisMonth: t.exposeInt('newUsersThisMonth', {
      description: 'Accounts made in the current month (UTC) that exist.',
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

builder.queryField('userStats', (t) =>
  t.field({
    type: UserStatsType,
    authScopes: { permission: 'statistics:read' },
    args: { atLeast: t.arg.string({ description: 'A consistencyToken: waits until its events are counted.' }) },
    resolve: async (_root, args, context) => {
      await atLeast(context, userStatsProjection, args.atLeast);
      return cachedUserStats(context);
    },
  }),
);

/** The month is part of the question: when it changes the old answer is none any more. */
export function cachedUserStats({ core }: Pick<Context, 'core'>): Promise<UserStats> {
  const month = `${new Date().toISOString().slice(0, 7)}-01`;
  return core.cache.getOrLoad({
    key: ['userStats/1', month],
    tags: [projectionTag(userStatsProjection.name)],
    load: async () => ({ ...(await readUserStats(core.database.sql, month)) }),
    positionOf: (stats) => stats.position,
  });
}
