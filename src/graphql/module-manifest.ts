import type { EntityList } from '../database/orm-options.ts';
import type { Handler } from '../event-bus/define-handler.ts';
import type { Projection } from '../event-bus/define-projection.ts';
import type { Saga } from '../event-bus/define-saga.ts';
import type { TagRule } from '../event-bus/event-tags.ts';
import type { EventDefinition } from '../event-store/define-event.ts';
import type { ModuleServices } from './context.ts';
import type { PersonalData } from './personal-data.ts';

/** What a module contributes. Importing a manifest also imports the module's GraphQL files, which add to the builder. */
export interface ModuleManifest {
  readonly name: string;
  readonly entities: EntityList;
  readonly events: readonly EventDefinition[];
  /** Which cached answers its events make old; every event has a rule, if an empty one. */
  readonly cacheTags?: readonly TagRule[];
  /** What it keeps about people outside of the log, to be exported and erased. */
  readonly personalData?: PersonalData;
  /** The permissions its policies ask for; roles can hold no others. */
  readonly permissions: readonly string[];
  /** Its durable handlers, made with the services of the running program. */
  handlers?(services: ModuleServices): readonly Handler[];
  /** Its read models; each also is a handler. */
  readonly projections?: readonly Projection[];
  /** Its processes, made with the services of the running program; each also is a handler. */
  sagas?(services: ModuleServices): readonly Saga[];
}
