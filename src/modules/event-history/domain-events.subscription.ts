import { decodeCursor } from '../../event-store/cursor.ts';
import type { StoredEvent } from '../../event-store/domain-event.ts';
import type { EventFilter } from '../../event-store/event-filter.ts';
import type { StreamAudience } from '../../event-bus/event-stream.ts';
import { builder } from '../../graphql/builder.ts';
import { type Context, renewContext } from '../../graphql/context.ts';
import { DomainEvent } from '../../graphql/domain-event.type.ts';
import { EventSource } from '../../graphql/event-source.ts';
import { streamViewOf } from '../../graphql/shown-events.ts';
import type { Viewer } from '../../viewer.ts';
import { DomainEventFilter, eventFilterOf } from './domain-event-filter.ts';
import { visibleTo } from './event.policy.ts';

builder.subscriptionField('domainEvents', (t) =>
  t.field({
    type: DomainEvent,
    description:
      'Every matching event you may see, once and in order: first what followed `after`, then live. Without `after` it starts now. ' +
      'Keep the cursor of the last event and resume from it. Each result carries extensions.stream { cursor, head, caughtUp }.',
    authScopes: { authenticated: true },
    args: { filter: t.arg({ type: DomainEventFilter }), after: t.arg({ type: 'Cursor' }) },
    subscribe: (_root, args, context) =>
      followEvents(context, eventFilterOf(args.filter), context.lastEventId ?? args.after ?? null),
    resolve: (event) => event,
  }),
);

function followEvents(context: Context, filter: EventFilter, after: string | null): EventSource<StoredEvent> {
  let viewer: Viewer | null = context.viewer;
  let view = streamViewOf(viewer, context);
  const audience: StreamAudience = {
    async authorize() {
      viewer = await context.renewViewer();
      view = streamViewOf(viewer, context);
      return visibleTo(viewer, filter);
    },
    aggregates: viewer ? context.core.aggregatesBehind(viewer) : [],
  };
  return new EventSource({
    streams: context.core.streams,
    audience,
    after: after === null ? null : decodeCursor(after),
    valueOf: (event) => event,
    viewNow: () => view,
    renewContext: () => renewContext(context, viewer, {}),
  });
}
