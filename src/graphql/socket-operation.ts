import type { GraphQLError } from 'graphql';
import { MessageType } from 'graphql-ws';
import type { Context } from 'graphql-ws';
import type { EventBatch } from '../event-bus/event-sink.ts';
import type { RequestError } from '../errors.ts';
import type { RequestOrigin } from '../viewer.ts';
import type { EventFeed, FeedTarget } from './event-feed.ts';
import type { Operation, OperationSource } from './operation.ts';
import type { Pipeline, OperationContext } from './pipeline.ts';
import { newRequestId } from './request-id.ts';
import type { SocketConnection } from './socket-connection.ts';
import { idBytes } from './socket-frames.ts';

/** Which ids are taken on a socket, as the protocol library knows them. */
export type TakenIds = Pick<Context, 'subscriptions'>;

/**
 * One operation on a socket, from its message until it is answered; a subscription, until it is over.
 *
 * A subscription to the log stays for hours, so nothing of how it began stays with it: neither its message nor the
 * protocol library's call that handled it. This object takes the place of the latter among the taken ids.
 */
export class SocketOperation implements OperationSource, FeedTarget, AsyncIterable<never> {
  /** The client's name for it. */
  readonly id: string;
  readonly requestId = newRequestId();
  readonly operation: Operation;
  /** Credentials that it brought itself, so that the socket's are none of its business. */
  ownCredentials: string | null = null;
  /** A subscription that is telling its client why it ends. */
  isEnding = false;
  #feed: EventFeed | null = null;
  #taken: TakenIds | null = null;
  #idBytes: Buffer | null = null;
  readonly connection: SocketConnection;

  constructor(connection: SocketConnection, id: string, pipeline: Pipeline<OperationContext>) {
    this.connection = connection;
    this.id = id;
    this.operation = pipeline.open(this);
  }

  get origin(): RequestOrigin {
    return this.connection.origin;
  }

  get answers(): 'websocket' {
    return 'websocket';
  }

  /** Set for a subscription to the log, once it has begun. */
  get feed(): EventFeed | null {
    return this.#feed;
  }

  authorization(): string | null {
    return this.ownCredentials ?? this.connection.authorization;
  }

  endsConnection(error: RequestError): boolean {
    return this.connection.endsWith(error, this);
  }

  /** Follows the feed as soon as the protocol has dealt with the message. */
  carry(feed: EventFeed, taken: TakenIds): void {
    this.#feed = feed;
    this.#taken = taken;
  }

  /** The protocol has dealt with the message. Whether the operation goes on. */
  begin(): boolean {
    if (!this.#feed || !this.#taken) return false;
    this.#taken.subscriptions[this.id] = this;
    this.#idBytes = idBytes(this.id);
    this.#feed.start(this);
    return true;
  }

  /** By the protocol, which takes this for the results it sends: they go to the socket without it. */
  [Symbol.asyncIterator](): AsyncIterator<never> {
    throw new TypeError('Events go to the socket by themselves.');
  }

  /** By the protocol: the client completed the operation or went away. */
  async return(): Promise<void> {
    this.#feed?.stop();
  }

  get isFull(): boolean {
    return this.connection.pressure.isFull;
  }

  whenDrained(resume: () => void): void {
    this.connection.pressure.whenDrained(resume);
  }

  send(batch: EventBatch): void {
    if (this.#idBytes) this.connection.write(batch, this.#idBytes);
  }

  heartbeat(position: number, head: number): void {
    this.connection.notePlace(this.id, position, head);
  }

  ended(errors: readonly GraphQLError[] | null): void {
    void this.#tellTheEnd(errors);
  }

  /** What the protocol would send, unless the client gave the id free. */
  async #tellTheEnd(errors: readonly GraphQLError[] | null): Promise<void> {
    if (errors && this.#hasId) {
      const payload = { errors: errors.map((error) => error.toJSON()) };
      await this.connection.send(JSON.stringify({ id: this.id, type: MessageType.Next, payload }));
    }
    if (this.#hasId) await this.connection.send(JSON.stringify({ id: this.id, type: MessageType.Complete }));
    if (this.#hasId) delete this.#taken?.subscriptions[this.id];
    this.connection.isOver(this);
  }

  get #hasId(): boolean {
    return this.#taken?.subscriptions[this.id] === this;
  }
}
