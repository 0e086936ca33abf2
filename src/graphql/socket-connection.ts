import { CloseCode, MessageType } from 'graphql-ws';
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { EventBatch } from '../event-bus/event-sink.ts';
import { encodeCursor } from '../event-store/cursor.ts';
import { RequestError } from '../errors.ts';
import type { RequestOrigin } from '../viewer.ts';
import type { EventFeed, FeedTarget } from './event-feed.ts';
import { MessageRate } from './message-rate.ts';
import { describeOperation, type ListedConnection, type LiveConnection } from './live-connections.ts';
import type { Operation } from './operation.ts';
import { framesOf } from './socket-frames.ts';
import { SocketWriter } from './socket-writer.ts';

/** RFC 6455's code for a client that is not wanted. */
const POLICY_VIOLATION = 1008;

/** One incoming message until its handling is over: for a subscription, until the stream is. */
interface Handling {
  operation?: Operation;
  operationId?: string;
  feed?: EventFeed;
  /** It brought credentials of its own, so the socket's are none of its business. */
  hasOwnCredentials?: boolean;
  /** A subscription that is telling its client why it ends. */
  isEnding?: boolean;
}

interface SocketParts {
  readonly socket: WebSocket;
  /** What the socket's frames travel on. */
  readonly connection: Duplex;
  readonly requestId: string;
  readonly origin: RequestOrigin;
  readonly messagesPerSecond: number;
}

interface Ending {
  readonly code: number;
  readonly reason: string;
}

/** One open socket: who it speaks for and what runs on it. */
export class SocketConnection implements ListedConnection {
  readonly requestId: string;
  readonly origin: RequestOrigin;
  readonly #openedAt = Date.now();
  /** The credentials last accepted on this socket. */
  authorization: string | null = null;
  readonly #socket: WebSocket;
  readonly #writer: SocketWriter;
  readonly #handlings = new Set<Handling>();
  readonly #places = new Map<string, string>();
  readonly #holds = new Set<'unsent' | 'rate'>();
  readonly #rate: MessageRate;
  #closing: AbortController | null = null;
  #current: Handling | undefined;
  #ending: Ending | null = null;
  #isClosed = false;
  #personId: string | null = null;
  #place: Disposable | null = null;

  constructor({ socket, connection, requestId, origin, messagesPerSecond }: SocketParts) {
    this.#socket = socket;
    this.#rate = new MessageRate(messagesPerSecond, performance.now());
    this.#writer = new SocketWriter(socket, connection);
    this.requestId = requestId;
    this.origin = origin;
  }

  get id(): string {
    return this.requestId;
  }

  describe(): LiveConnection {
    const { ipAddress, userAgent } = this.origin;
    return {
      id: this.id,
      transport: 'WEBSOCKET',
      userId: this.#personId,
      ipAddress,
      userAgent,
      since: new Date(this.#openedAt).toISOString(),
      unsentBytes: this.#writer.pressure.unsentBytes,
      operations: [...this.#handlings].flatMap(({ operation, feed }) =>
        operation ? [describeOperation(operation, feed ?? null)] : [],
      ),
    };
  }

  end(): void {
    this.close(POLICY_VIOLATION, 'Ended by an operator');
  }

  /** Aborted when the socket closes. */
  get signal(): AbortSignal {
    this.#closing ??= new AbortController();
    if (this.#isClosed) this.#closing.abort(gone());
    return this.#closing.signal;
  }

  /** Takes no further operations: it closes as soon as those that run are answered. */
  get isEnding(): boolean {
    return this.#ending !== null;
  }

  get operationCount(): number {
    return [...this.#handlings].filter((handling) => handling.operation !== undefined).length;
  }

  /** Whether event streams have more to send than the client takes; what it does not answer may not have reached it. */
  get isHeldUp(): boolean {
    return this.#writer.pressure.unsentBytes > 0 && [...this.#handlings].some(({ feed }) => feed !== undefined);
  }

  /** Hands one message to the protocol and stays informed until it is dealt with. */
  async handle(text: string, protocol: (text: string) => Promise<void>): Promise<void> {
    this.#abortCompleted(text);
    const handling: Handling = {};
    this.#handlings.add(handling);
    this.#current = handling;
    const handled = protocol(text);
    this.#current = undefined;
    try {
      await handled;
    } finally {
      this.#handlings.delete(handling);
      this.#closeWhenIdle();
    }
  }

  /** To be called in the same turn in which the protocol got the message that starts the operation. */
  started(operation: Operation, id: string): void {
    if (this.#current === undefined) throw new Error('No message is being handled.');
    this.#current.operation = operation;
    this.#current.operationId = id;
  }

  /** The operation speaks for somebody of its own. */
  hasOwnCredentials(operation: Operation): void {
    const handling = this.#handlingOf(operation);
    if (handling) handling.hasOwnCredentials = true;
  }

  /** Has the events of a feed written to the socket. */
  carry(feed: EventFeed, operation: Operation, operationId: string): void {
    const handling = this.#handlingOf(operation);
    if (handling) handling.feed = feed;
    feed.attach(this.#targetFor(operationId));
  }

  get personId(): string | null {
    return this.#personId;
  }

  /** Whose socket it is from now on; `place` is given back when it closes. */
  belongsTo(personId: string, place: Disposable): void {
    this.#personId = personId;
    this.#place = place;
    if (this.#isClosed) place[Symbol.dispose]();
  }

  /** The socket speaks with other credentials from now on. */
  renewed(authorization: string | null): void {
    this.authorization = authorization;
    for (const { operation, hasOwnCredentials } of this.#handlings) {
      if (!hasOwnCredentials) operation?.onCredentialsRenewed?.();
    }
  }

  /**
   * A subscription fails for a reason that concerns the whole socket. True when its client should not be told by the
   * operation: it is to come back for it.
   */
  endsWith(error: RequestError, operation: Operation): boolean {
    if (error.code === 'STREAM_LAGGING') {
      // Once the error is on its way; it is not taken any faster than the rest.
      setImmediate(() => this.close(1013, 'Reads too slowly'));
      return false;
    }
    const failed = this.#handlingOf(operation);
    if (error.code !== 'UNAUTHENTICATED' || !failed || failed.hasOwnCredentials) return false;
    if (error.details['reason'] === 'TOKEN_EXPIRED') {
      this.#endWhenAnswered({ code: CloseCode.Forbidden, reason: 'Token expired' });
      return true;
    }
    failed.isEnding = true;
    this.#endWhenAnswered({ code: CloseCode.Forbidden, reason: 'Session ended' });
    for (const handling of this.#handlings) {
      if (handling.isEnding || handling.hasOwnCredentials || handling.operation?.type !== 'subscription') continue;
      handling.isEnding = true;
      handling.operation.onFailure?.(error);
    }
    return false;
  }

  /** Says up to where the event streams have sent everything, if there are any. */
  heartbeat(): void {
    for (const { feed } of this.#handlings) feed?.heartbeat();
  }

  /** Reading pauses while the client does not take what it asked for. */
  async send(text: string): Promise<void> {
    const sent = this.#writer.send(text);
    if (this.#writer.isOverdrawn) this.#hold('unsent');
    await sent;
    if (!this.#writer.isOverdrawn) this.#release('unsent');
  }

  /** Counts a message; reading pauses while they come too fast. */
  countMessage(): void {
    const pauseMs = this.#rate.count(performance.now());
    if (pauseMs === 0) return;
    this.#hold('rate');
    setTimeout(() => this.#release('rate'), pauseMs);
  }

  close(code: number, reason: string): void {
    this.#writer.flush();
    this.#socket.close(code, reason);
  }

  /** Closes with 1001 once queries and mutations are answered. Subscriptions do not hold it up: clients resume those. */
  drain(): void {
    this.#endWhenAnswered({ code: 1001, reason: 'Going away' });
  }

  closed(): void {
    this.#isClosed = true;
    this.#place?.[Symbol.dispose]();
    const reason = gone();
    this.#closing?.abort(reason);
    for (const { operation } of this.#handlings) operation?.abort(reason);
  }

  #hold(reason: 'unsent' | 'rate'): void {
    this.#holds.add(reason);
    this.#socket.pause();
  }

  #release(reason: 'unsent' | 'rate'): void {
    if (this.#holds.delete(reason) && this.#holds.size === 0) this.#socket.resume();
  }

  #endWhenAnswered(ending: Ending): void {
    this.#ending ??= ending;
    this.#closeWhenIdle();
  }

  #closeWhenIdle(): void {
    if (!this.#ending) return;
    const isBusy = [...this.#handlings].some(
      ({ operation, isEnding }) => isEnding || (operation !== undefined && operation.type !== 'subscription'),
    );
    if (!isBusy) this.close(this.#ending.code, this.#ending.reason);
  }

  #handlingOf(operation: Operation): Handling | undefined {
    return [...this.#handlings].find((handling) => handling.operation === operation);
  }

  #targetFor(operationId: string): FeedTarget {
    const id = Buffer.from(JSON.stringify(operationId));
    const { pressure } = this.#writer;
    return {
      get isFull() {
        return pressure.isFull;
      },
      whenDrained: (resume) => pressure.whenDrained(resume),
      send: (batch: EventBatch) => this.#writer.write(framesOf(batch, id.length), id),
      heartbeat: (position, head) => this.#notePlace(operationId, position, head),
    };
  }

  /** All that a turn has to say goes into one ping. */
  #notePlace(operationId: string, position: number, head: number): void {
    if (this.#places.size === 0) queueMicrotask(() => void this.#sendPlaces(head));
    this.#places.set(operationId, encodeCursor(position));
  }

  async #sendPlaces(head: number): Promise<void> {
    const payload = { head: encodeCursor(head), streams: Object.fromEntries(this.#places) };
    this.#places.clear();
    await this.send(JSON.stringify({ type: MessageType.Ping, payload }));
  }

  /**
   * `complete` from a client cancels its operation. The protocol library ends the iterator of a subscription that has
   * one already, and otherwise only forgets the operation, which would run on; so the message is looked at here first.
   */
  #abortCompleted(text: string): void {
    if (!/^\s*\{[^{}]*"complete"[^{}]*\}\s*$/.test(text)) return;
    const { type, id } = parseMessage(text);
    if (type !== 'complete') return;
    const cancelled = new RequestError('SERVICE_UNAVAILABLE', 'The client cancelled the operation.');
    for (const { operation, operationId } of this.#handlings) {
      if (operationId === id) operation?.abort(cancelled);
    }
  }
}

function gone(): RequestError {
  return new RequestError('SERVICE_UNAVAILABLE', 'The client went away.');
}

function parseMessage(text: string): { type?: unknown; id?: unknown } {
  try {
    return JSON.parse(text) as { type?: unknown; id?: unknown };
  } catch (error) {
    // The protocol reads the same text next and closes the socket over it.
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}
