import { z } from 'zod';
import { decodeCursor, encodeCursor } from '../../event-store/cursor.ts';
import type { EventDefinition } from '../../event-store/define-event.ts';
import { builder } from '../../graphql/builder.ts';
import { pageOf } from '../../graphql/connection.ts';
import type { Context } from '../../graphql/context.ts';
import { DomainEvent, DomainEventType, type EventShape, eventTypeName } from '../../graphql/domain-event.type.ts';
import { registerNodeLoader, requireUuid } from '../../graphql/node.type.ts';
import { PageInfo } from '../../graphql/page-info.type.ts';
import { shownEvents } from '../../graphql/shown-events.ts';
import { SortDirection } from '../../graphql/sort-direction.type.ts';
import { DomainEventFilter, eventFilterOf } from './domain-event-filter.ts';
import { maySeeEvent } from './event.policy.ts';

interface EventPage {
  readonly events: readonly EventShape[];
  readonly hasMore: boolean;
  readonly isFirst: boolean;
}

const MAX_NOTED = 100;

const cursorOf = (event: EventShape): string => encodeCursor(event.position ?? 0);

const DomainEventEdge = builder.objectRef<EventShape>('DomainEventEdge').implement({
  guardedByParent: true,
  fields: (t) => ({
    cursor: t.field({ type: 'Cursor', resolve: cursorOf }),
    node: t.field({ type: DomainEvent, resolve: (event) => event }),
  }),
});

const DomainEventConnection = builder.objectRef<EventPage>('DomainEventConnection').implement({
  guardedByParent: true,
  fields: (t) => ({
    edges: t.field({ type: [DomainEventEdge], resolve: (page) => [...page.events] }),
    pageInfo: t.field({
      type: PageInfo,
      resolve: ({ events, hasMore, isFirst }) => {
        const [first, last] = [events[0], events.at(-1)];
        return {
          hasNextPage: hasMore,
          hasPreviousPage: !isFirst,
          startCursor: first ? cursorOf(first) : null,
          endCursor: last ? cursorOf(last) : null,
        };
      },
    }),
  }),
});

const EventDefinitionType = builder.objectRef<EventDefinition>('EventDefinition').implement({
  guardedByParent: true,
  fields: (t) => ({
    type: t.field({ type: DomainEventType, resolve: (definition) => definition.type }),
    graphqlType: t.string({ resolve: (definition) => eventTypeName(definition.type) }),
    aggregateType: t.exposeString('aggregateType'),
    schemaVersion: t.exposeInt('schemaVersion'),
    dataSchema: t.field({
      type: 'JSON',
      description: 'JSON Schema of `data`.',
      resolve: (definition) => z.toJSONSchema(definition.data),
    }),
  }),
});

registerNodeLoader(async (id, context) => {
  const event = await findEvent(id, context);
  if (!event) return null;
  // Nodes are told apart by their classes; an event is plain data and says itself what it is.
  return { ...event, __typename: eventTypeName(event.type) };
});

/** Null also when the viewer may not see it. */
async function findEvent(id: string, context: Context): Promise<EventShape | null> {
  const [event] = await context.log.readByIds([id]);
  if (!event || !maySeeEvent(context.viewer, event)) return null;
  return (await shownEvents(context, [event]))[0] ?? null;
}

/** What of everybody's history somebody asked for, as the security log notes it. */
function rangeOf(filter: typeof DomainEventFilter.$inferInput | null | undefined) {
  return {
    types: filter?.types ?? null,
    aggregateType: filter?.aggregateType?.slice(0, MAX_NOTED) ?? null,
    aggregateId: filter?.aggregateId ?? null,
    actor: filter?.userId ?? null,
    from: filter?.from?.toISOString() ?? null,
    to: filter?.to?.toISOString() ?? null,
  };
}

builder.queryFields((t) => ({
  events: t.field({
    type: DomainEventConnection,
    description: 'The log, the newest first unless asked otherwise; `after` goes on in the chosen direction.',
    authScopes: { permission: 'events:read' },
    args: {
      filter: t.arg({ type: DomainEventFilter }),
      direction: t.arg({ type: SortDirection }),
      first: t.arg.int(),
      after: t.arg({ type: 'Cursor' }),
    },
    resolve: async (_root, args, context): Promise<EventPage> => {
      const { log, services, viewer, origin } = context;
      const { size } = pageOf({ first: args.first }, 0);
      services.securityLog.write('HISTORY_READ', {
        userId: viewer?.userId ?? null,
        correlationId: origin.correlationId,
        ...rangeOf(args.filter),
      });
      const direction = args.direction ?? 'DESC';
      const from = args.after == null ? null : decodeCursor(args.after);
      const events = await log.read({
        filter: eventFilterOf(args.filter),
        direction,
        limit: size + 1,
        ...(from === null ? {} : direction === 'ASC' ? { after: from } : { before: from }),
      });
      return {
        events: await shownEvents(context, events.slice(0, size)),
        hasMore: events.length > size,
        isFirst: from === null,
      };
    },
  }),
  event: t.field({
    type: DomainEvent,
    nullable: true,
    description: 'Null also when it is not for you to see.',
    authScopes: { authenticated: true },
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, args, context) => findEvent(requireUuid(args.id), context),
  }),
  eventCatalog: t.field({
    type: [EventDefinitionType],
    authScopes: { authenticated: true },
    resolve: (_root, _args, { core }) => [...core.catalogue.definitions],
  }),
}));
