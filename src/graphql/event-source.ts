import type { StreamAudience } from '../event-bus/event-stream.ts';
import type { Streams } from '../event-bus/streams.ts';
import type { StoredEvent } from '../event-store/domain-event.ts';
import type { StreamView } from './shown-events.ts';

/** Who gets the events of a source, and how they see them. */
export interface SourceAudience extends StreamAudience {
  /** What of an event's sensitive fields the viewer sees, as known from the last `authorize`; without it, nothing. */
  viewNow?(): StreamView | null;
  /** Makes the operation's context new for the next event, for the viewer as known from the last `authorize`. */
  renewContext(): void;
}

interface SourceParts<Value> {
  readonly streams: Streams;
  readonly audience: SourceAudience;
  /** Exclusive; null starts at the present end. */
  readonly after: number | null;
  /** What the field resolves to for an event; its `resolve` must give this back as it is. */
  readonly valueOf: (event: StoredEvent) => Value;
}

/**
 * What the `subscribe` of a field gives back when its results are made of events of the log. The pipeline recognises it
 * and follows the log for many subscriptions at once instead of asking each for its next event.
 */
export class EventSource<Value = unknown> implements SourceParts<Value>, AsyncIterable<Value> {
  readonly streams: Streams;
  readonly audience: SourceAudience;
  readonly after: number | null;
  readonly valueOf: (event: StoredEvent) => Value;

  constructor({ streams, audience, after, valueOf }: SourceParts<Value>) {
    this.streams = streams;
    this.audience = audience;
    this.after = after;
    this.valueOf = valueOf;
  }

  [Symbol.asyncIterator](): AsyncIterator<Value> {
    throw new TypeError('An event source is opened by the pipeline; GraphQL only checks that it could be iterated.');
  }
}
