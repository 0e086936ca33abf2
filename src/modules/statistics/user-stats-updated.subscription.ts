import { setTimeout as delay } from 'node:timers/promises';
import { RequestError } from '../../errors.ts';
import { projectionSignal } from '../../event-bus/define-projection.ts';
import { builder } from '../../graphql/builder.ts';
import { type Context, renewContext } from '../../graphql/context.ts';
import { userStatsProjection } from './user-stats.projection.ts';
import type { UserStats } from './user-stats.repository.ts';
import { cachedUserStats, UserStatsType } from './user-stats.type.ts';

/** However fast accounts change, a subscriber hears no more often than this. */
const SHORTEST_MS = 200;
/** Looked at least this often: signals may be lost, a right may have been taken away, the month may have changed. */
const LONGEST_MS = 1_000;

builder.subscriptionField('userStatsUpdated', (t) =>
  t.field({
    type: UserStatsType,
    description: 'The numbers now, and whenever they differ; changes that follow fast come as one.',
    authScopes: { permission: 'statistics:read' },
    subscribe: (_root, _args, context) => followUserStats(context),
    resolve: (stats) => stats,
  }),
);

async function* followUserStats(context: Context): AsyncGenerator<UserStats> {
  const { core, signal } = context;
  using listener = core.signals.listen(projectionSignal(userStatsProjection.name));
  let last = '';
  while (!signal.aborted) {
    const viewer = await context.renewViewer();
    if (!viewer) throw new RequestError('UNAUTHENTICATED', 'The session has ended.');
    if (!viewer.permissions.has('statistics:read')) throw new RequestError('FORBIDDEN', 'You may not do this.');
    const stats = await cachedUserStats(context);
    const text = JSON.stringify({ ...stats, position: 0 });
    if (text !== last) {
      last = text;
      renewContext(context, viewer, {});
      yield stats;
      // What is raised meanwhile is kept: the next look comes after the pause, and sees all of it.
      await delay(SHORTEST_MS, undefined, { signal }).catch(() => undefined);
    }
    await listener.wait(LONGEST_MS, signal);
  }
}
