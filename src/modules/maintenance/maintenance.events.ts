import { z } from 'zod';
import { defineEvent } from '../../event-store/define-event.ts';

const maintenanceSnapshot = z
  .strictObject({
    reason: z.string(),
    startedAt: z.iso.datetime(),
    expectedEnd: z.iso.datetime().nullable(),
    /** Null while the window is open. */
    completedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'MaintenanceSnapshot' });
export type MaintenanceSnapshot = z.output<typeof maintenanceSnapshot>;

/** The one aggregate of type System. */
export const SYSTEM_ID = 'system';

export const SystemMaintenanceStarted = defineEvent({
  type: 'SYSTEM_MAINTENANCE_STARTED',
  aggregateType: 'System',
  data: z.object({ details: maintenanceSnapshot }),
});

export const SystemMaintenanceCompleted = defineEvent({
  type: 'SYSTEM_MAINTENANCE_COMPLETED',
  aggregateType: 'System',
  data: z.object({ details: maintenanceSnapshot }),
});
