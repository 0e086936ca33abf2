import type { EventCatalogue } from '../../event-store/event-catalogue.ts';
import type { EventReader } from '../../event-store/event-reader.ts';
import type { PersonalData } from '../../graphql/personal-data.ts';

/** What `app.ts` gives the module. */
export interface PrivacyServices {
  readonly catalogue: EventCatalogue;
  readonly reader: EventReader;
  /** Of all modules, in the order of their manifests. */
  readonly personalData: readonly PersonalData[];
}

declare module '../../graphql/context.ts' {
  interface ModuleServices {
    readonly privacy: PrivacyServices;
  }
}
