import type { Projection } from './define-projection.ts';
import type { EventDataOf, EventDefinition } from '../event-store/define-event.ts';
import type { EventData, RecordedEvent } from '../event-store/domain-event.ts';

/** Says which cached answers events of one type make old, besides those about the aggregate itself. Made by `defineTags`. */
export interface TagRule {
  readonly definition: EventDefinition;
  /** Null: everything. */
  readonly tagsOf: (data: EventData, aggregateId: string) => readonly string[] | null;
}

/** The tag of what is cached about one aggregate. Each of its events touches it, since each raises its version. */
export function aggregateTag(aggregateType: string, aggregateId: string): string {
  return `${aggregateType}:${aggregateId}`;
}

/** Pure and from ids only: the same answer on every node, for ever, also when personal data in the event is shredded. */
export function defineTags<const Definitions extends readonly EventDefinition[]>(
  definitions: Definitions,
  tagsOf: (data: EventDataOf<Definitions[number]>, aggregateId: string) => readonly string[] | null,
): readonly TagRule[] {
  // `EventTags` asks a rule only about data of the definition it was made for.
  return definitions.map((definition) => ({ definition, tagsOf: tagsOf as unknown as TagRule['tagsOf'] }));
}

/** The tag of what is read from a projection. Every event that the projection takes in touches it. */
export function projectionTag(name: string): string {
  return `projection:${name}`;
}

export class EventTags {
  readonly #rules: ReadonlyMap<string, TagRule>;
  readonly #projectionTags: ReadonlyMap<string, readonly string[]>;

  constructor(rules: readonly TagRule[], projections: readonly Pick<Projection, 'name' | 'events'>[] = []) {
    this.#rules = new Map(rules.map((rule) => [rule.definition.type, rule]));
    if (this.#rules.size !== rules.length) throw new Error('Two tag rules share one event type.');
    const tags = projections.flatMap(({ name, events }) =>
      events.map(({ type }) => ({ type, tag: projectionTag(name) })),
    );
    const byType = Map.groupBy(tags, ({ type }) => type);
    this.#projectionTags = new Map([...byType].map(([type, list]) => [type, list.map(({ tag }) => tag)]));
  }

  /** Null: everything, as when this program does not know what the event changed, since a newer one recorded it. */
  of(event: RecordedEvent): readonly string[] | null {
    const rule = this.#rules.get(event.type);
    if (!rule || event.schemaVersion > rule.definition.schemaVersion) return null;
    const tags = rule.tagsOf(event.data, event.aggregateId);
    if (!tags) return null;
    const projections = this.#projectionTags.get(event.type) ?? [];
    return [aggregateTag(event.aggregateType, event.aggregateId), ...tags, ...projections];
  }
}
