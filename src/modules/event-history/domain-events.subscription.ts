import { decodeCursor } from '../../event-store/cursor.ts';
import type { StoredEvent } from '../../event-store/domain-event.ts';
import type { EventFilter } from '../../event-store/event-filter.ts';
import type { AggregateRef } from '../../event-bus/aggregate-watch.ts';
import { builder } from '../../graphql/builder.ts';
import { type Context, renewContext } from '../../graphql/context.ts';
import { DomainEvent } from '../../graphql/domain-event.type.ts';
import { EventSource, type SourceAudience } from '../../graphql/event-source.ts';
import { type StreamView, streamViewOf } from '../../graphql/shown-events.ts';
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
  return new EventSource({
    streams: context.core.streams,
    audience: new HistoryAudience(context, filter),
    after: after === null ? null : decodeCursor(after),
    valueOf: asItIs,
  });
}

const asItIs = (event: StoredEvent): StoredEvent => event;

/** Whoever may read the history, or at least what is about them. */
class HistoryAudience implements SourceAudience {
  readonly aggregates: readonly AggregateRef[];
  readonly #context: Context;
  readonly #filter: EventFilter;
  #viewer: Viewer | null;
  #view: StreamView | null;

  constructor(context: Context, filter: EventFilter) {
    const { viewer, core } = context;
    this.aggregates = viewer ? core.aggregatesBehind(viewer) : [];
    this.#context = context;
    this.#filter = filter;
    this.#viewer = viewer;
    this.#view = streamViewOf(viewer, context);
  }

  async authorize(): Promise<EventFilter> {
    this.#viewer = await this.#context.renewViewer();
    this.#view = streamViewOf(this.#viewer, this.#context);
    return visibleTo(this.#viewer, this.#filter);
  }

  viewNow(): StreamView | null {
    return this.#view;
  }

  renewContext(): void {
    renewContext(this.#context, this.#viewer);
  }
}
