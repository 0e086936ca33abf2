import { EnumRef } from '@pothos/core';
import { encodeCursor } from '../event-store/cursor.ts';
import type { RecordedEvent } from '../event-store/domain-event.ts';
import type { EventCatalogue } from '../event-store/event-catalogue.ts';
import { dataTextOf } from '../event-store/read-events.ts';
import { builder, type BuilderTypes } from './builder.ts';
import { outputFieldOf } from './event-data-type.ts';
import { NodeInterface } from './node.type.ts';
import { independentWithText, VIEWER_INDEPENDENT as extensions } from './viewer-independent.ts';

/** An event on its way to a client; it has no position before the log has placed it. */
export type EventShape = RecordedEvent & { readonly position?: number | null };

/** Declared here so that inputs and fields can name it; its values come with the catalogue. */
export const DomainEventType = new EnumRef<BuilderTypes, string>('DomainEventType');

const EventMetadata = builder.objectRef<EventShape>('EventMetadata').implement({
  guardedByParent: true,
  fields: (t) => ({
    timestamp: t.field({ type: 'DateTime', extensions, resolve: (event) => event.timestamp }),
    userId: t.id({ extensions, nullable: true, resolve: (event) => event.metadata.userId }),
    correlationId: t.id({ extensions, resolve: (event) => event.metadata.correlationId }),
    causationId: t.id({ extensions, nullable: true, resolve: (event) => event.metadata.causationId }),
    ipAddress: t.string({ extensions, nullable: true, resolve: (event) => event.metadata.ipAddress }),
    userAgent: t.string({ extensions, nullable: true, resolve: (event) => event.metadata.userAgent }),
  }),
});

export const DomainEvent = builder.interfaceRef<EventShape>('DomainEvent').implement({
  interfaces: [NodeInterface],
  resolveType: (event) => eventTypeName(event.type),
  fields: (t) => ({
    type: t.field({ type: DomainEventType, extensions, resolve: (event) => event.type }),
    aggregateId: t.exposeID('aggregateId', { extensions }),
    aggregateType: t.exposeString('aggregateType', { extensions }),
    version: t.exposeInt('version', { extensions, description: 'In the aggregate: 1..n without gaps.' }),
    schemaVersion: t.exposeInt('schemaVersion', { extensions, description: 'Of `data`.' }),
    cursor: t.field({
      type: 'Cursor',
      extensions,
      nullable: true,
      description: "Resume from here. Null only in a mutation's own payload, before the log has placed the event.",
      resolve: (event) => (event.position ? encodeCursor(event.position) : null),
    }),
    data: t.field({ type: 'JSON', extensions: independentWithText(dataTextOf), resolve: (event) => event.data }),
    metadata: t.field({ type: EventMetadata, extensions, resolve: (event) => event }),
  }),
});

/** By type of event, of which there are as many as definitions: every event asks for its own. */
const typeNames = new Map<string, string>();

/** USER_CREATED → UserCreated. */
export function eventTypeName(type: string): string {
  const name = typeNames.get(type) ?? pascalCase(type);
  typeNames.set(type, name);
  return name;
}

function pascalCase(type: string): string {
  return type.toLowerCase().replace(/(^|_)([a-z0-9])/g, (_match, _bar: string, letter: string) => letter.toUpperCase());
}

/** Makes the enum of event types and one object type per definition, with its data as typed fields. */
export function implementDomainEvents(catalogue: EventCatalogue): void {
  const types = builder.enumType('DomainEventType', {
    values: catalogue.definitions.map((definition) => definition.type).sort(),
  });
  builder.configStore.associateParamWithRef(DomainEventType, types);
  for (const definition of catalogue.definitions) {
    builder.objectRef<EventShape>(eventTypeName(definition.type)).implement({
      interfaces: [DomainEvent, NodeInterface],
      guardedByParent: true,
      fields: (t) =>
        Object.fromEntries(
          Object.entries(definition.data.shape).map(([name, schema]) => {
            const { type, nullable } = outputFieldOf(schema, `${definition.type}.${name}`);
            return [name, t.field({ type, nullable, extensions, resolve: (event) => event.data[name] as never })];
          }),
        ),
    });
  }
}
