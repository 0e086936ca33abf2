import type { EventDefinition } from './event-store/define-event.ts';
import type { ModuleManifest } from './graphql/module-manifest.ts';
import { accessModule } from './modules/access/index.ts';
import { authModule } from './modules/auth/index.ts';
import { emailModule } from './modules/email/index.ts';
import { eventHistoryModule } from './modules/event-history/index.ts';
import { operationsModule } from './modules/operations/index.ts';
import { usersModule } from './modules/users/index.ts';

/** Every module of the program; importing this also fills the schema builder. */
export const modules: readonly ModuleManifest[] = [
  accessModule,
  usersModule,
  authModule,
  eventHistoryModule,
  emailModule,
  operationsModule,
];

/** Every event of every module, in the order of the manifests. */
export const eventCatalogue: readonly EventDefinition[] = modules.flatMap((module) => module.events);

/** Every permission a role can hold. */
export const permissionCatalogue: readonly string[] = modules.flatMap((module) => module.permissions).sort();
