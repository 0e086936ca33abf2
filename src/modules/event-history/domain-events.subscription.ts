import { decodeCursor, encodeCursor } from '../../event-store/cursor.ts';
import type { StoredEvent } from '../../event-store/domain-event.ts';
import type { EventFilter } from '../../event-store/event-filter.ts';
import { type StreamAudience, streamEvents } from '../../event-bus/event-stream.ts';
import { builder } from '../../graphql/builder.ts';
import { type Context, renewContext } from '../../graphql/context.ts';
import { DomainEvent } from '../../graphql/domain-event.type.ts';
import type { Viewer } from '../../viewer.ts';
import { DomainEventFilter, eventFilterOf } from './domain-event-filter.ts';
import { concernsViewer, visibleTo } from './event.policy.ts';

builder.subscriptionField('domainEvents', (t) =>
  t.field({
    type: DomainEvent,
    description:
      'Every matching event you may see, once and in order: first what followed `after`, then live. Without `after` it starts now. ' +
      'Keep the cursor of the last event and resume from it. Each result carries extensions.stream { cursor, head, caughtUp }.',
    authScopes: { authenticated: true },
    args: { filter: t.arg({ type: DomainEventFilter }), after: t.arg({ type: 'Cursor' }) },
    subscribe: (_root, args, context) =>
      followEvents(context, eventFilterOf(args.filter), args.after == null ? null : decodeCursor(args.after)),
    resolve: (event) => event,
  }),
);

async function* followEvents(context: Context, filter: EventFilter, after: number | null): AsyncGenerator<StoredEvent> {
  const { tail, log, streamBatch } = context.core;
  const audience = new SessionAudience(context, filter);
  for await (const item of streamEvents({ tail, log, audience, after, signal: context.signal, batch: streamBatch })) {
    const cursor = encodeCursor(item.event.position);
    const stream = { cursor, head: encodeCursor(item.head), caughtUp: item.caughtUp };
    renewContext(context, audience.viewer, { stream });
    yield item.event;
  }
}

/** What the session behind a subscription may see; looked up again when an event says that it may have changed. */
class SessionAudience implements StreamAudience {
  readonly #context: Context;
  readonly #filter: EventFilter;
  viewer: Viewer | null;

  constructor(context: Context, filter: EventFilter) {
    this.#context = context;
    this.#filter = filter;
    this.viewer = context.viewer;
  }

  async authorize(): Promise<EventFilter> {
    this.viewer = await this.#context.renewViewer();
    return visibleTo(this.viewer, this.#filter);
  }

  isConcernedBy(event: StoredEvent): boolean {
    return concernsViewer(this.viewer, event);
  }
}
