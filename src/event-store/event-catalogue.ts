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

  /**
   * Brings stored data to the current schema version. Data of an unknown type or of a newer program passes unchanged, and
   * so does what cannot be brought there: one bad row must not stop the log for everybody. Whoever needs its data fails
   * with it alone, a handler by a dead letter.
   */
  upcast(type: string, schemaVersion: number, data: EventData): { schemaVersion: number; data: EventData } {
    const definition = this.#byType.get(type);
    if (!definition || schemaVersion >= definition.schemaVersion) return { schemaVersion, data };
    try {
      let current = data;
      for (let version = schemaVersion; version < definition.schemaVersion; version++) {
        const upcaster = definition.upcasters.get(version);
        if (!upcaster) return { schemaVersion, data };
        current = upcaster(current);
      }
      return { schemaVersion: definition.schemaVersion, data: current };
    } catch (error) {
      // An upcaster met data of another shape than the one it was written for.
      if (error instanceof TypeError) return { schemaVersion, data };
      throw error;
    }
  }
}
