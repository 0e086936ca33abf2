import type { ModuleManifest } from '../../graphql/module-manifest.ts';
import { EVENT_PERMISSIONS } from './event.policy.ts';
import './domain-events.subscription.ts';
import './event.query.ts';
import './event-stats.query.ts';

export const eventHistoryModule: ModuleManifest = {
  name: 'event-history',
  entities: [],
  events: [],
  permissions: EVENT_PERMISSIONS,
};
