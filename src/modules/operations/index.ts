import { ProjectionRebuilt } from '../../event-bus/projection.events.ts';
import { ReplayFinished } from '../../event-bus/replay.events.ts';
import type { ModuleManifest } from '../../graphql/module-manifest.ts';
import { OPERATIONS_EVENTS } from './operations.events.ts';
import { OPERATIONS_PERMISSIONS } from './operations.policy.ts';
import { operationsPersonalData } from './personal-data.ts';
import { operationsTags } from './operations.tags.ts';
import './handler.type.ts';
import './dead-letter.type.ts';
import './event-bus-health.type.ts';
import './steer-handler.mutation.ts';
import './dead-letter.mutation.ts';
import './projection.type.ts';
import './replay.type.ts';
import './replay-progress.subscription.ts';
import './rebuild-projection.mutation.ts';
import './replay-events.mutation.ts';
import './retry-saga.mutation.ts';
import './saga.type.ts';
import './live-connection.type.ts';
import './end-connection.mutation.ts';
import './cancel-replay.mutation.ts';

export const operationsModule: ModuleManifest = {
  name: 'operations',
  entities: [],
  events: [...OPERATIONS_EVENTS, ProjectionRebuilt, ReplayFinished],
  cacheTags: operationsTags,
  permissions: OPERATIONS_PERMISSIONS,
  personalData: operationsPersonalData,
};
