import type { ModuleManifest } from '../../graphql/module-manifest.ts';
import { SystemMaintenanceCompleted, SystemMaintenanceStarted } from './maintenance.events.ts';
import { MAINTENANCE_PERMISSIONS } from './maintenance.policy.ts';
import { maintenanceTags } from './maintenance.tags.ts';
import './maintenance.type.ts';
import './start-maintenance.mutation.ts';
import './complete-maintenance.mutation.ts';

export const maintenanceModule: ModuleManifest = {
  name: 'maintenance',
  entities: [],
  events: [SystemMaintenanceStarted, SystemMaintenanceCompleted],
  cacheTags: maintenanceTags,
  permissions: MAINTENANCE_PERMISSIONS,
};
