import { commandFailedEvents, commandFailedTags } from './event-bus/command-failed.events.ts';
import type { Projection } from './event-bus/define-projection.ts';
import type { TagRule } from './event-bus/event-tags.ts';
import type { EventDefinition } from './event-store/define-event.ts';
import type { ModuleManifest } from './graphql/module-manifest.ts';
import { accessModule } from './modules/access/index.ts';
import { auditModule } from './modules/audit/index.ts';
import { authModule } from './modules/auth/index.ts';
import { emailModule } from './modules/email/index.ts';
import { eventHistoryModule } from './modules/event-history/index.ts';
import { maintenanceModule } from './modules/maintenance/index.ts';
import { notificationsModule } from './modules/notifications/index.ts';
import { onboardingModule } from './modules/onboarding/index.ts';
import { operationsModule } from './modules/operations/index.ts';
import { ordersModule } from './modules/orders/index.ts';
import { paymentsModule } from './modules/payments/index.ts';
import { UserDataErased } from './modules/privacy/erasure.events.ts';
import { erasureTags } from './modules/privacy/erasure.tags.ts';
import { settingsModule } from './modules/settings/index.ts';
import { statisticsModule } from './modules/statistics/index.ts';
import { usersModule } from './modules/users/index.ts';

/** Every module of the program; importing this also fills the schema builder. */
export const modules: readonly ModuleManifest[] = [
  accessModule,
  usersModule,
  settingsModule,
  onboardingModule,
  authModule,
  ordersModule,
  paymentsModule,
  maintenanceModule,
  eventHistoryModule,
  emailModule,
  auditModule,
  notificationsModule,
  operationsModule,
  statisticsModule,
];

/** Defined ahead of the commands that will record them: the mail, audit and notification handlers react to them already. */
const eventsWithoutCommands: readonly EventDefinition[] = [UserDataErased];

/** Every event: of the modules in the order of the manifests, and of the command bus. */
export const eventCatalogue: readonly EventDefinition[] = [
  ...modules.flatMap((module) => module.events),
  ...commandFailedEvents,
  ...eventsWithoutCommands,
];

/** Which cached answers each event makes old. */
export const cacheTags: readonly TagRule[] = [
  ...modules.flatMap((module) => module.cacheTags ?? []),
  ...commandFailedTags,
  ...erasureTags,
];

/** Every permission a role can hold. */
export const permissionCatalogue: readonly string[] = modules.flatMap((module) => module.permissions).sort();

/** Every read model of every module. */
export const projectionCatalogue: readonly Projection[] = modules.flatMap((module) => module.projections ?? []);
