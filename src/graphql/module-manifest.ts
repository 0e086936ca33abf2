import type { EntityList } from '../database/orm-options.ts';
import type { Handler } from '../event-bus/define-handler.ts';
import type { EventDefinition } from '../event-store/define-event.ts';
import type { ModuleServices } from './context.ts';

/** What a module contributes. Importing a manifest also imports the module's GraphQL files, which add to the builder. */
export interface ModuleManifest {
  readonly name: string;
  readonly entities: EntityList;
  readonly events: readonly EventDefinition[];
  /** The permissions its policies ask for; roles can hold no others. */
  readonly permissions: readonly string[];
  /** Its durable handlers, made with the services of the running program. */
  handlers?(services: ModuleServices): readonly Handler[];
}
