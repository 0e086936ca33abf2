import type { GraphQLError } from 'graphql';
import type { EventBatch, EventRendering, EventSink } from '../event-bus/event-sink.ts';
import { EventStream } from '../event-bus/event-stream.ts';
import { encodeCursor } from '../event-store/cursor.ts';
import type { StoredEvent } from '../event-store/domain-event.ts';
import type { EventSource } from './event-source.ts';
import type { SubscriptionFailure } from './subscription-results.ts';

/** Where a transport puts the events of one subscription. */
export interface FeedTarget {
  readonly isFull: boolean;
  whenDrained(resume: () => void): void;
  /** Writes each event's `text`, the members of a result, with its place in the stream. */
  send(batch: EventBatch): void;
  /** Everything that matches up to `position` was sent. */
  heartbeat(position: number, head: number): void;
  /** Nothing more will come; `errors` are for the client. Called once, unless the connection itself says why. */
  ended(errors: readonly GraphQLError[] | null): void;
}

/** Whose events they are. */
export interface FeedOwner {
  readonly source: EventSource;
  /** For the viewer as the audience knows them now. */
  readonly rendering: EventRendering | null;
  /** The event as GraphQL executes it for this subscription's viewer: the members of the result as JSON text. */
  execute(event: StoredEvent): Promise<string>;
  failureOf(error: unknown): SubscriptionFailure;
  /** Called once when nothing more will come, with the number of events sent and the error that ended it, if one did. */
  ended(count: number, error: GraphQLError | undefined): void;
}

/** A subscription to the log, as the transports consume it: the events go straight to the transport's target. */
export class EventFeed implements EventSink {
  readonly #owner: FeedOwner;
  readonly #stream: EventStream;
  #target: FeedTarget | null = null;
  #count = 0;
  #hasEnded = false;
  /** What ended it. */
  #failure: SubscriptionFailure | null = null;

  constructor(owner: FeedOwner) {
    const { streams, audience, after } = owner.source;
    this.#owner = owner;
    this.#stream = new EventStream(streams, { audience, after, sink: this });
  }

  /** Begins; to be called once. */
  start(target: FeedTarget): void {
    this.#target = target;
    if (this.#hasEnded) this.#tellTheEnd(target);
    else this.#stream.start();
  }

  /** Ends it, as its client wants. */
  stop(): void {
    this.#conclude(null);
  }

  /** Sends the place up to which everything was sent, if there is nothing on its way. */
  heartbeat(): void {
    const { hub, tail } = this.#owner.source.streams;
    if (this.#target && !this.#hasEnded && this.#stream.position >= hub.position) {
      this.#target.heartbeat(this.#stream.position, tail.head);
    }
  }

  /** Ends it with an error for the client. */
  fail(error: unknown): void {
    this.#conclude(this.#stream.resumable(error));
  }

  get rendering(): EventRendering | null {
    return this.#owner.rendering;
  }

  /** How far it has come; null before it has begun. */
  get progress(): { readonly sent: number; readonly cursor: string; readonly lag: number } | null {
    const { position } = this.#stream;
    if (position < 0) return null;
    const { tail } = this.#owner.source.streams;
    return { sent: this.#count, cursor: encodeCursor(position), lag: Math.max(0, tail.head - position) };
  }

  get isFull(): boolean {
    return this.#target?.isFull ?? false;
  }

  whenDrained(resume: () => void): void {
    this.#target?.whenDrained(resume);
  }

  send(batch: EventBatch): void {
    this.#count += batch.events.length;
    this.#target?.send(batch);
  }

  caughtUp(position: number, head: number): void {
    this.#target?.heartbeat(position, head);
  }

  over(error: unknown): void {
    this.#conclude(error);
  }

  async renderAlone(event: StoredEvent): Promise<string> {
    this.#owner.source.audience.renewContext();
    return this.#owner.execute(event);
  }

  #conclude(error: unknown): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#stream.close();
    this.#failure = error === null ? null : this.#owner.failureOf(error);
    this.#owner.ended(this.#count, this.#failure?.errors[0]);
    if (this.#target) this.#tellTheEnd(this.#target);
  }

  #tellTheEnd(target: FeedTarget): void {
    if (!this.#failure?.isSilent) target.ended(this.#failure?.errors ?? null);
  }
}

/** A result of a batch as JSON text is `{text,place}`: what the event looks like, and its place in the stream. */
interface ResultText {
  readonly cursor: string;
  readonly text: string;
  /** ASCII. */
  readonly place: string;
}

export function resultsOf({ events, head, isLast }: EventBatch): ResultText[] {
  const headCursor = encodeCursor(head);
  const last = events.at(-1);
  return events.map((event) => {
    const cursor = encodeCursor(event.position);
    return { cursor, text: event.text, place: placeText(cursor, headCursor, isLast && event === last) };
  });
}

/** `extensions.stream` of a result, as JSON text. */
function placeText(cursor: string, head: string, caughtUp: boolean): string {
  return `"extensions":{"stream":{"cursor":"${cursor}","head":"${head}","caughtUp":${caughtUp}}}`;
}
