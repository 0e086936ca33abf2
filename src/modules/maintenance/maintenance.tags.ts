import { defineTags, type TagRule } from '../../event-bus/event-tags.ts';
import { SystemMaintenanceCompleted, SystemMaintenanceStarted } from './maintenance.events.ts';

export const maintenanceTags: readonly TagRule[] = defineTags(
  [SystemMaintenanceStarted, SystemMaintenanceCompleted],
  () => [],
);
