import { countEvents, type EventTypeCount } from '../../event-store/count-events.ts';
import { builder } from '../../graphql/builder.ts';
import { DomainEventType } from '../../graphql/domain-event.type.ts';
import { DomainEventFilter, eventFilterOf } from './domain-event-filter.ts';

const EventTypeStats = builder.objectRef<EventTypeCount>('EventTypeStats').implement({
  guardedByParent: true,
  fields: (t) => ({
    type: t.field({ type: DomainEventType, resolve: (stats) => stats.type }),
    aggregateType: t.exposeString('aggregateType'),
    count: t.expose('count', { type: 'SafeInt' }),
    firstEvent: t.expose('firstAt', { type: 'DateTime' }),
    lastEvent: t.expose('lastAt', { type: 'DateTime' }),
  }),
});

const EventStats = builder.objectRef<readonly EventTypeCount[]>('EventStats').implement({
  guardedByParent: true,
  fields: (t) => ({
    totalEvents: t.field({ type: 'SafeInt', resolve: (stats) => stats.reduce((sum, { count }) => sum + count, 0) }),
    byType: t.field({ type: [EventTypeStats], resolve: (stats) => [...stats] }),
  }),
});

builder.queryField('eventStats', (t) =>
  t.field({
    type: EventStats,
    description:
      'How many events there are, when the first and the last of each type were recorded. Fast by types, type of aggregate and time; with another filter the matching events are counted.',
    authScopes: { permission: 'events:read' },
    args: { filter: t.arg({ type: DomainEventFilter }) },
    resolve: async (_root, { filter }, { core }) => {
      const counts = await countEvents(core.database.sql, eventFilterOf(filter));
      // A newer program may have recorded types that this one has no name for.
      return counts
        .filter(({ type }) => core.catalogue.get(type))
        .sort((a, b) => (a.type + a.aggregateType < b.type + b.aggregateType ? -1 : 1));
    },
  }),
);
