import type { EventDefinition } from './define-event.ts';
import type { EventData } from './domain-event.ts';

/** All events the program knows, by type. Built once from explicit lists. */
export class EventCatalogue {
  readonly definitions: readonly EventDefinition[];
  readonly #byType: ReadonlyMap<string, EventDefinition>;

  constructor(definitions: readonly EventDefinition[]) {
    this.definitions = definitions;
    this.#byType = new Map(definitions.map((definition) => [definition.type, definition]));
    if (this.#byType.size !== definitions.length) throw new Error('Two event definitions share one type.');
  }

  get(type: string): EventDefinition | undefined {
    return this.#byType.get(type);
  }

  /** Brings stored data to the current schema version; data of an unknown type or of a newer program passes unchanged. */
  upcast(type: string, schemaVersion: number, data: EventData): { schemaVersion: number; data: EventData } {
    const definition = this.#byType.get(type);
    if (!definition || schemaVersion >= definition.schemaVersion) return { schemaVersion, data };
    let current = data;
    for (let version = schemaVersion; version < definition.schemaVersion; version++) {
      const upcaster = definition.upcasters.get(version);
      if (!upcaster) throw new Error(`${type}: no upcaster from schema version ${version}`);
      current = upcaster(current);
    }
    return { schemaVersion: definition.schemaVersion, data: current };
  }
}
