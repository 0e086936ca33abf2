import type { StoredEvent } from '../event-store/domain-event.ts';

/** One event as it goes out; what `text` means is the business of the sink. */
export interface RenderedEvent {
  readonly position: number;
  readonly text: string;
}

interface Made {
  readonly by: (batch: EventBatch) => unknown;
  readonly value: unknown;
  readonly next: Made | null;
}

/** Events that go out together. All streams that get the same get the same object: what is made of it is kept with it. */
export class EventBatch {
  readonly events: readonly RenderedEvent[];
  /** The end of the log as this node knows it. */
  readonly head: number;
  /** Whether up to `head` there is nothing more, after these, for the streams that get them. */
  readonly isLast: boolean;
  #made: Made | null = null;

  constructor(events: readonly RenderedEvent[], head: number, isLast: boolean) {
    this.events = events;
    this.head = head;
    this.isLast = isLast;
  }

  /**
   * What `make` makes of it, once for each `make`: there are as many as transports. Kept here and not in a map from batches
   * to what was made of them, since weak keys cost the collector more than the batch itself.
   */
  once<Value>(make: (batch: EventBatch) => Value): Value {
    for (let made = this.#made; made; made = made.next) if (made.by === make) return made.value as Value;
    const value = make(this);
    this.#made = { by: make, value, next: this.#made };
    return value;
  }
}

/** What events look like to streams of one kind, whoever reads them. */
export interface EventRendering {
  /** Equal for streams to which every event looks the same. */
  readonly key: string;
  /** Whether it shows what is encrypted: then the keys are fetched first (`Streams.fetchKeys`). */
  readonly needsKeys?: boolean;
  /** Null for an event that has to be rendered for each viewer. */
  render(event: StoredEvent): string | null;
}

/** Where a stream's events go: one subscription of one client. */
export interface EventSink {
  /** Null when what events look like depends on the viewer. May change with every `authorize`. */
  readonly rendering: EventRendering | null;
  /** The event as this viewer sees it now. */
  renderAlone(event: StoredEvent): Promise<string>;
  /** Whether the client has not taken enough of what it was sent. */
  readonly isFull: boolean;
  /** Calls `resume` once when it is no longer full. */
  whenDrained(resume: () => void): void;
  send(batch: EventBatch): void;
  /** The stream has caught up: whatever matches up to `position` was sent. */
  caughtUp(position: number, head: number): void;
  /** Nothing more will come: `error` says why, or is null when the stream was closed. */
  over(error: unknown): void;
}
