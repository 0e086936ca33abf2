import type { StreamAudience } from '../event-bus/event-stream.ts';
import type { Streams } from '../event-bus/streams.ts';
import type { StoredEvent } from '../event-store/domain-event.ts';
import type { StreamView } from './shown-events.ts';

interface SourceParts<Value> {
  readonly streams: Streams;
  readonly audience: StreamAudience;
  /** Exclusive; null starts at the present end. */
  readonly after: number | null;
  /** What the field resolves to for an event; its `resolve` must give this back as it is. */
  readonly valueOf: (event: StoredEvent) => Value;
  /** What of an event's sensitive fields the viewer sees, as the audience knows them now; without it, nothing. */
  readonly viewNow?: () => StreamView | null;
  /** Makes the operation's context new for the next event, for the viewer as the audience knows it now. */
  readonly renewContext: () => void;
}

/**
 * What the `subscribe` of a field gives back when its results are made of events of the log. The pipeline recognises it
 * and follows the log for many subscriptions at once instead of asking each for its next event.
 */
export class EventSource<Value = unknown> implements AsyncIterable<Value> {
  readonly parts: SourceParts<Value>;

  constructor(parts: SourceParts<Value>) {
    this.parts = parts;
  }

  [Symbol.asyncIterator](): AsyncIterator<Value> {
    throw new TypeError('An event source is opened by the pipeline; GraphQL only checks that it could be iterated.');
  }
}
