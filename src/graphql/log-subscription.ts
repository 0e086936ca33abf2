import type { GraphQLError } from 'graphql';
import type { RequestError } from '../errors.ts';
import type { EventRendering } from '../event-bus/event-sink.ts';
import type { StoredEvent } from '../event-store/domain-event.ts';
import { EventFeed, type FeedOwner } from './event-feed.ts';
import type { LentRendering } from './event-renderings.ts';
import type { EventSource } from './event-source.ts';
import type { RunningSubscription } from './operation.ts';
import type { StreamView } from './shown-events.ts';
import { conclude, failureOf, type Subscribing } from './subscribing.ts';
import { type Guarded, SubscriptionGuard } from './subscription-guard.ts';
import type { SubscriptionFailure } from './subscription-results.ts';

/**
 * A subscription to the log: how its events look to its viewer, and what ends it. Its audience looks at changed rights by
 * itself, in step with the events; the guard beside it ends it when its credentials do.
 *
 * A node holds thousands, for hours, so it is one object, and keeps nothing that only the beginning needed.
 */
export class LogSubscription implements FeedOwner, Guarded, RunningSubscription {
  readonly source: EventSource;
  readonly feed: EventFeed;
  readonly #subscribing: Subscribing;
  readonly #guard: SubscriptionGuard | null;
  #view: StreamView | null;
  #lent: LentRendering | null;

  constructor(subscribing: Subscribing, source: EventSource) {
    const { operation, context } = subscribing;
    this.#subscribing = subscribing;
    this.source = source;
    this.#view = this.#viewNow;
    this.#lent = this.#lend();
    this.feed = new EventFeed(this);
    this.#guard = context.guard ? new SubscriptionGuard(context.guard, this) : null;
    operation.running = this;
    operation.letGoOfSignal();
    source.audience.renewContext();
  }

  /** Another one once the viewer may read more or less. */
  get rendering(): EventRendering | null {
    const view = this.#viewNow;
    if (view?.key !== this.#view?.key) {
      const before = this.#lent;
      this.#view = view;
      this.#lent = this.#lend();
      before?.[Symbol.dispose]();
    }
    return this.#lent?.rendering ?? null;
  }

  async execute(event: StoredEvent): Promise<string> {
    const { valueOf } = this.source;
    const shown = (await this.#viewNow?.lookUp(event)) ?? event;
    const { errors, data } = await this.#subscribing.host.execute(this.#subscribing, valueOf(shown));
    return JSON.stringify({ errors, data }).slice(1, -1);
  }

  failureOf(error: unknown): SubscriptionFailure {
    return failureOf(this.#subscribing, error);
  }

  ended(count: number, error: GraphQLError | undefined): void {
    this.#lent?.[Symbol.dispose]();
    this.#guard?.[Symbol.dispose]();
    conclude(this.#subscribing, count, error);
  }

  end(error: RequestError): void {
    this.feed.fail(error);
  }

  unknown(error: unknown): void {
    const { host, operation } = this.#subscribing;
    host.mask(operation, error);
  }

  credentialsRenewed(): void {
    this.#guard?.check();
  }

  get #viewNow(): StreamView | null {
    return this.source.audience.viewNow?.() ?? null;
  }

  #lend(): LentRendering | null {
    const { host, document, params } = this.#subscribing;
    const { valueOf } = this.source;
    return host.renderings.lend({ schema: host.schema, document, params, valueOf, view: this.#view });
  }
}
