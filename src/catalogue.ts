import { commandFailedEvents, commandFailedTags } from './event-bus/command-failed.events.ts';
import type { Projection } from './event-bus/define-projection.ts';
import type { TagRule } from './event-bus/event-tags.ts';
import type { EventDefinition } from './event-store/define-event.ts';
import type { ModuleManifest } from './graphql/module-manifest.ts';
import type { PersonalData } from './graphql/personal-data.ts';
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
import { privacyModule } from './modules/privacy/index.ts';
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
  privacyModule,
  maintenanceModule,
  eventHistoryModule,
  emailModule,
  auditModule,
  notificationsModule,
  operationsModule,
  statisticsModule,
];

/** Every event: of the modules in the order of the manifests, and of the command bus. */
export const eventCatalogue: readonly EventDefinition[] = [
  ...modules.flatMap((module) => module.events),
  ...commandFailedEvents,
];

/** Which cached answers each event makes old. */
export const cacheTags: readonly TagRule[] = [
  ...modules.flatMap((module) => module.cacheTags ?? []),
  ...commandFailedTags,
];

/** What is kept about people, by every module. */
export const personalDataCatalogue: readonly PersonalData[] = modules.flatMap((module) => module.personalData ?? []);

/** Every permission a role can hold. */
export const permissionCatalogue: readonly string[] = modules.flatMap((module) => module.permissions).sort();

/** Every read model of every module. */
export const projectionCatalogue: readonly Projection[] = modules.flatMap((module) => module.projections ?? []);
