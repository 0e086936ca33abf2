import type { ExecutionResult, GraphQLError } from 'graphql';
import type { ServerResponse } from 'node:http';
import type { EventBatch } from '../event-bus/event-sink.ts';
import { encodeCursor } from '../event-store/cursor.ts';
import { Backpressure } from './backpressure.ts';
import { EventFeed, type FeedTarget, resultsOf } from './event-feed.ts';
import type { SubscriptionResults } from './subscription-results.ts';

/** For streams without a place of their own: nothing between takes the connection for dead. */
const COMMENT = ':\n\n';
const COMPLETE = 'event: complete\ndata:\n\n';

/** The answer to a subscription over HTTP: events of the "distinct connections mode" of graphql-sse, with resumable ids. */
export class ServerSentEvents implements FeedTarget {
  readonly #response: ServerResponse;
  readonly #results: SubscriptionResults | EventFeed;
  readonly #pressure: Backpressure;
  #isClosed = false;
  #hasEnded: ((errors: readonly GraphQLError[] | null) => void) | null = null;

  constructor(results: SubscriptionResults | EventFeed, response: ServerResponse) {
    this.#results = results;
    this.#response = response;
    this.#pressure = new Backpressure(response);
  }

  /** Settles when the stream is over, on whichever side it ended. */
  async pump(): Promise<void> {
    const response = this.#response;
    response.once('close', () => this.close());
    response.setHeader('Content-Type', 'text/event-stream');
    // Some reverse proxies hold events back until a buffer is full unless told otherwise.
    response.setHeader('X-Accel-Buffering', 'no');
    response.flushHeaders();
    if (this.#results instanceof EventFeed) await this.#follow(this.#results);
    else await this.#pump(this.#results);
    if (!this.#isClosed) response.write(COMPLETE);
    this.close();
  }

  /** Says up to where everything was sent, or at least that the connection lives. */
  beat(): void {
    if (this.#results instanceof EventFeed) this.#results.heartbeat();
    else if (!this.#isClosed && !this.isFull) this.#response.write(COMMENT);
  }

  /** Ends the answer without `complete`, so that a client knows to come back for the rest. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#response.end();
    if (this.#results instanceof EventFeed) this.#results.stop();
    else void this.#results.return();
  }

  /** Bytes that the client has not taken yet. */
  get unsentBytes(): number {
    return this.#pressure.unsentBytes;
  }

  get isFull(): boolean {
    return this.#pressure.isFull;
  }

  whenDrained(resume: () => void): void {
    this.#pressure.whenDrained(resume);
  }

  send(batch: EventBatch): void {
    if (!this.#isClosed) this.#response.write(batch.once(blockOf));
  }

  /** An id without data moves the client's last event id and dispatches no event. */
  heartbeat(position: number): void {
    if (!this.#isClosed) this.#response.write(`id: ${encodeCursor(position)}\n\n`);
  }

  ended(errors: readonly GraphQLError[] | null): void {
    this.#hasEnded?.(errors);
  }

  async #follow(feed: EventFeed): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<readonly GraphQLError[] | null>();
    this.#hasEnded = resolve;
    feed.start(this);
    const errors = await promise;
    if (errors && !this.#isClosed) this.#response.write(nextEvent({ errors }));
  }

  async #pump(results: SubscriptionResults): Promise<void> {
    for await (const result of results) {
      if (this.#isClosed) break;
      if (!this.#response.write(nextEvent(result))) await this.#drained();
    }
  }

  async #drained(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#pressure.whenDrained(resolve);
      this.#response.once('close', resolve);
    });
  }
}

function blockOf(batch: EventBatch): Buffer {
  const blocks = resultsOf(batch).map(
    ({ cursor, text, place }) => `id: ${cursor}\nevent: next\ndata: {${text},${place}}\n\n`,
  );
  return Buffer.from(blocks.join(''));
}

function nextEvent(result: ExecutionResult): string {
  return `event: next\ndata: ${JSON.stringify(result)}\n\n`;
}
