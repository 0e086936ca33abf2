import { CloseCode, MessageType } from 'graphql-ws';
import type { WebSocket as ProtocolSocket } from 'graphql-ws';
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { EventBatch } from '../event-bus/event-sink.ts';
import { encodeCursor } from '../event-store/cursor.ts';
import { RequestError } from '../errors.ts';
import type { RequestOrigin } from '../viewer.ts';
import type { Backpressure } from './backpressure.ts';
import { completedIdIn } from './completed-id.ts';
import { describeOperation, type ListedConnection, type LiveConnection } from './live-connections.ts';
import { raceAbort } from './race-abort.ts';
import { isRecord } from './request-params.ts';
import { credentialsIn } from './socket-credentials.ts';
import { framesOf } from './socket-frames.ts';
import type { SocketOperation } from './socket-operation.ts';
import { SocketReading } from './socket-reading.ts';
import { SocketWriter } from './socket-writer.ts';

/** RFC 6455's codes for a client that is not wanted, and for a server that does not know what to do. */
const POLICY_VIOLATION = 1008;
const INTERNAL_ERROR = 1011;
const TRY_AGAIN_LATER = 1013;

interface SocketParts {
  readonly socket: WebSocket;
  /** What the socket's frames travel on. */
  readonly connection: Duplex;
  readonly requestId: string;
  readonly origin: RequestOrigin;
  /** Its place among the connections from its address, given back when it closes. */
  readonly place: Disposable;
  readonly messagesPerSecond: number;
}

interface Ending {
  readonly code: number;
  readonly reason: string;
}

/**
 * One open socket: who it speaks for and what runs on it. The protocol library speaks through it.
 *
 * There are thousands, most of them idle, so what only some need, or only at times, is made when it is needed.
 */
export class SocketConnection implements ListedConnection, ProtocolSocket {
  readonly requestId: string;
  readonly origin: RequestOrigin;
  readonly #openedAt = Date.now();
  /** The credentials last accepted on this socket. */
  authorization: string | null = null;
  readonly #socket: WebSocket;
  readonly #writer: SocketWriter;
  readonly #operations = new Set<SocketOperation>();
  readonly #reading: SocketReading;
  readonly #addressPlace: Disposable;
  #personPlace: Disposable | null = null;
  #personId: string | null = null;
  #places: Map<string, string> | null = null;
  #awaited: Set<AbortController> | null = null;
  #started: SocketOperation | null = null;
  #ending: Ending | null = null;
  #isClosed = false;
  #handle: ((text: string) => Promise<void>) | null = null;

  constructor({ socket, connection, requestId, origin, place, messagesPerSecond }: SocketParts) {
    this.#socket = socket;
    this.#reading = new SocketReading(socket, messagesPerSecond);
    this.#writer = new SocketWriter(socket, connection);
    this.#addressPlace = place;
    this.requestId = requestId;
    this.origin = origin;
  }

  get id(): string {
    return this.requestId;
  }

  get protocol(): string {
    return this.#socket.protocol;
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
      unsentBytes: this.pressure.unsentBytes,
      operations: [...this.#operations].map(({ operation, feed }) => describeOperation(operation, feed)),
    };
  }

  end(): void {
    this.close(POLICY_VIOLATION, 'Ended by an operator');
  }

  /** What of all that was sent the client has not taken. */
  get pressure(): Backpressure {
    return this.#writer.pressure;
  }

  /** Takes no further operations: it closes as soon as those that run are answered. */
  get isEnding(): boolean {
    return this.#ending !== null;
  }

  get operationCount(): number {
    return this.#operations.size;
  }

  /** Whether event streams have more to send than the client takes; what it does not answer may not have reached it. */
  get isHeldUp(): boolean {
    return this.pressure.unsentBytes > 0 && [...this.#operations].some(({ feed }) => feed !== null);
  }

  /** Counts a message; reading pauses while they come too fast. */
  countMessage(): void {
    this.#reading.countMessage();
  }

  /** How the protocol handles a message. */
  onMessage(handle: (text: string) => Promise<void>): void {
    this.#handle = handle;
  }

  /** Answers a ping of the protocol. Credentials are not sent back. */
  async onPing(payload: unknown): Promise<void> {
    const isEchoed = isRecord(payload) && credentialsIn(payload) === undefined;
    await this.send(JSON.stringify({ type: MessageType.Pong, ...(isEchoed ? { payload } : {}) }));
  }

  /** Hands one message to the protocol and stays informed until it is dealt with. */
  async handle(text: string): Promise<void> {
    this.#abortCompleted(text);
    const handled = this.#handle?.(text);
    const started = this.#started;
    this.#started = null;
    try {
      await handled;
    } finally {
      if (started?.begin() !== true) this.isOver(started);
    }
  }

  /** To be called in the same turn in which the protocol got the message that starts the operation. */
  started(operation: SocketOperation): void {
    this.#operations.add(operation);
    this.#started = operation;
  }

  /** An operation, if the message was about one, is answered; a subscription is over. */
  isOver(operation: SocketOperation | null): void {
    if (operation) this.#operations.delete(operation);
    this.#closeWhenIdle();
  }

  get personId(): string | null {
    return this.#personId;
  }

  /** Whose socket it is from now on; `place` is given back when it closes. */
  belongsTo(personId: string, place: Disposable): void {
    this.#personId = personId;
    this.#personPlace = place;
    if (this.#isClosed) place[Symbol.dispose]();
  }

  /** The socket speaks with other credentials from now on. */
  renewed(authorization: string | null): void {
    this.authorization = authorization;
    for (const { operation, ownCredentials } of this.#operations) {
      if (ownCredentials === null) operation.running?.credentialsRenewed();
    }
  }

  /** What comes of work for this socket, unless it closes first or the time is over: then the signal is aborted. */
  async within<Result>(milliseconds: number, work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
    if (this.#isClosed) throw gone();
    const controller = new AbortController();
    this.#awaited ??= new Set();
    this.#awaited.add(controller);
    const timer = setTimeout(() => controller.abort(tookTooLong(milliseconds)), milliseconds);
    try {
      return await raceAbort(work(controller.signal), controller.signal);
    } finally {
      clearTimeout(timer);
      this.#awaited.delete(controller);
      if (this.#awaited.size === 0) this.#awaited = null;
    }
  }

  /**
   * A subscription fails for a reason that concerns the whole socket. True when its client should not be told by the
   * operation: it is to come back for it.
   */
  endsWith(error: RequestError, failed: SocketOperation): boolean {
    if (error.code === 'STREAM_LAGGING') {
      // Once the error is on its way; it is not taken any faster than the rest.
      setImmediate(() => this.close(TRY_AGAIN_LATER, 'Reads too slowly'));
      return false;
    }
    if (error.code !== 'UNAUTHENTICATED' || !this.#operations.has(failed) || failed.ownCredentials !== null)
      return false;
    if (error.details['reason'] === 'TOKEN_EXPIRED') {
      this.#endWhenAnswered({ code: CloseCode.Forbidden, reason: 'Token expired' });
      return true;
    }
    failed.isEnding = true;
    this.#endWhenAnswered({ code: CloseCode.Forbidden, reason: 'Session ended' });
    for (const other of this.#operations) {
      if (other.isEnding || other.ownCredentials !== null || other.operation.type !== 'subscription') continue;
      other.isEnding = true;
      other.operation.running?.end(error);
    }
    return false;
  }

  /** Says up to where the event streams have sent everything, if there are any. */
  heartbeat(): void {
    for (const { feed } of this.#operations) feed?.heartbeat();
  }

  /** The events of a stream; `id` is its operation's as JSON text. */
  write(batch: EventBatch, id: Buffer): void {
    this.#writer.write(framesOf(batch, id.length), id);
  }

  /** Says up to where a stream has sent everything. All that a turn has to say goes into one ping. */
  notePlace(operationId: string, position: number, head: number): void {
    if (!this.#places) {
      this.#places = new Map();
      queueMicrotask(() => void this.#sendPlaces(head));
    }
    this.#places.set(operationId, encodeCursor(position));
  }

  /** Reading pauses while the client does not take what it asked for. */
  async send(text: string): Promise<void> {
    const sent = this.#writer.send(text);
    if (this.#writer.isOverdrawn) this.#reading.hold('unsent');
    await sent;
    if (!this.#writer.isOverdrawn) this.#reading.release('unsent');
  }

  close(code: number = INTERNAL_ERROR, reason: string = ''): void {
    this.#writer.flush();
    this.#socket.close(code, reason);
  }

  /** Closes with 1001 once queries and mutations are answered. Subscriptions do not hold it up: clients resume those. */
  drain(): void {
    this.#endWhenAnswered({ code: 1001, reason: 'Going away' });
  }

  /** The socket has closed. */
  closed(): void {
    this.#isClosed = true;
    this.#addressPlace[Symbol.dispose]();
    this.#personPlace?.[Symbol.dispose]();
    const reason = gone();
    for (const controller of this.#awaited ?? []) controller.abort(reason);
    for (const { operation } of this.#operations) operation.abort(reason);
  }

  #endWhenAnswered(ending: Ending): void {
    this.#ending ??= ending;
    this.#closeWhenIdle();
  }

  #closeWhenIdle(): void {
    if (!this.#ending) return;
    const isBusy = [...this.#operations].some(
      ({ operation, isEnding }) => isEnding || operation.type !== 'subscription',
    );
    if (!isBusy) this.close(this.#ending.code, this.#ending.reason);
  }

  async #sendPlaces(head: number): Promise<void> {
    const payload = { head: encodeCursor(head), streams: Object.fromEntries(this.#places ?? []) };
    this.#places = null;
    await this.send(JSON.stringify({ type: MessageType.Ping, payload }));
  }

  /**
   * `complete` from a client cancels its operation. The protocol library ends a subscription that has begun, and
   * otherwise only forgets the operation, which would run on; so the message is looked at here first.
   */
  #abortCompleted(text: string): void {
    const id = completedIdIn(text);
    if (id === null) return;
    const cancelled = new RequestError('SERVICE_UNAVAILABLE', 'The client cancelled the operation.');
    for (const each of this.#operations) {
      if (each.id === id) each.operation.abort(cancelled);
    }
  }
}

function gone(): RequestError {
  return new RequestError('SERVICE_UNAVAILABLE', 'The client went away.');
}

function tookTooLong(milliseconds: number): RequestError {
  return new RequestError('SERVICE_UNAVAILABLE', `It took longer than ${milliseconds} ms and was given up.`);
}
