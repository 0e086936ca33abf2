import { defineAggregate, on } from '../../event-store/define-aggregate.ts';
import { EventSourcedRepository } from '../../event-store/event-sourced-repository.ts';
import {
  type MaintenanceSnapshot,
  SystemMaintenanceCompleted,
  SystemMaintenanceStarted,
} from './maintenance.events.ts';
import { writeMaintenance } from './maintenance.repository.ts';

/** The system as a whole: the last maintenance window, null before the first. */
const systemAggregate = defineAggregate<MaintenanceSnapshot | null>({
  type: 'System',
  foldVersion: 1,
  initial: null,
  apply: [
    on(SystemMaintenanceStarted, (_last, { details }) => details),
    on(SystemMaintenanceCompleted, (_last, { details }) => details),
  ],
});

export const systems = new EventSourcedRepository(systemAggregate, { snapshotEvery: 100, project: writeMaintenance });
