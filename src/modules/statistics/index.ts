import type { ModuleManifest } from '../../graphql/module-manifest.ts';
import { orderStatsProjection } from './order-stats.projection.ts';
import { STATISTICS_PERMISSIONS } from './statistics.policy.ts';
import { userStatsProjection } from './user-stats.projection.ts';
import './order-stats.type.ts';
import './user-stats.type.ts';
import './user-stats-updated.subscription.ts';

export const statisticsModule: ModuleManifest = {
  name: 'statistics',
  entities: [],
  events: [],
  projections: [userStatsProjection, orderStatsProjection],
  permissions: STATISTICS_PERMISSIONS,
};
