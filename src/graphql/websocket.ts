import { parse } from 'graphql';
import type { ExecutionArgs, ExecutionResult, GraphQLError, GraphQLSchema } from 'graphql';
import { CloseCode, GRAPHQL_TRANSPORT_WS_PROTOCOL, makeServer, MessageType } from 'graphql-ws';
import type { Server, SubscribePayload } from 'graphql-ws';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { BlockList } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Logger } from 'pino';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import type { TransportLimits } from '../config/config.ts';
import { RequestError } from '../errors.ts';
import type { RequestOrigin } from '../viewer.ts';
import { describeFailure } from './describe-failure.ts';
import { HttpRefusal, writeRefusal } from './http-answer.ts';
import { type ContextRequest, isSubscription, type OperationContext, type Outcome, type Pipeline } from './pipeline.ts';
import type { Operation } from './operation.ts';
import type { LiveConnections } from './live-connections.ts';
import { raceAbort } from './race-abort.ts';
import { requestOrigin } from './request-origin.ts';
import { checkRequestParams, isRecord } from './request-params.ts';
import type { ConnectionLimits } from './connection-limits.ts';
import { EventFeed } from './event-feed.ts';
import { SocketConnection } from './socket-connection.ts';
import { credentialsIn, credentialsOfOperation } from './socket-credentials.ts';

const UNSUPPORTED_DATA = 1003;
const INTERNAL_ERROR = 1011;
const TRY_AGAIN_LATER = 1013;

/** The protocol library reads a document only to see that there is an operation; ours has been executed by then. */
const EXECUTED = parse('{ executed }');

export interface WebSocketGateOptions {
  readonly pipeline: Pipeline<OperationContext>;
  readonly schema: GraphQLSchema;
  readonly limits: TransportLimits;
  readonly trustedProxies: BlockList;
  readonly logger: Logger;
  readonly createContext: (request: ContextRequest) => Promise<OperationContext>;
  readonly connections: ConnectionLimits;
  readonly liveConnections: LiveConnections;
  /** Between heartbeats; who has not answered the last one when the next is due is cut off. */
  readonly keepAliveMs: number;
}

/**
 * GraphQL over WebSocket, `graphql-transport-ws`.
 *
 * A socket opens anonymous or with the credentials of `connection_init`; a refused token closes it with 4403, after
 * which clients come back with a new one (4401 would make them give up). A client renews its token by a `ping` with the
 * same payload as `connection_init`. Every operation goes through the pipeline with a context of its own.
 */
export class WebSocketGate implements AsyncDisposable {
  readonly #options: WebSocketGateOptions;
  readonly #server: WebSocketServer;
  readonly #protocol: Server<SocketConnection>;
  readonly #connections = new Map<WebSocket, SocketConnection>();
  readonly #unanswered = new WeakSet<WebSocket>();
  readonly #keepAlive: NodeJS.Timeout;

  constructor(options: WebSocketGateOptions) {
    this.#options = options;
    this.#server = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      maxPayload: options.limits.wsMessageBytes,
      perMessageDeflate: false,
      handleProtocols: (offered) => offered.has(GRAPHQL_TRANSPORT_WS_PROTOCOL) && GRAPHQL_TRANSPORT_WS_PROTOCOL,
    });
    this.#server.on('wsClientError', (_error, socket) => {
      writeRefusal(socket, new HttpRefusal(400, 'The WebSocket handshake is malformed.'), randomUUID());
    });
    this.#protocol = makeServer<Record<string, unknown>, SocketConnection>({
      schema: options.schema,
      connectionInitWaitTimeout: options.limits.connectionInitMs,
      onConnect: ({ extra, connectionParams }) => this.#authenticate(extra, credentialsIn(connectionParams) ?? null),
      onPing: ({ extra, acknowledged }, payload) =>
        acknowledged ? this.#renew(extra, credentialsIn(payload)) : undefined,
      onSubscribe: ({ extra }, id, payload) => this.#start(extra, id, payload),
      execute: ({ rootValue }: ExecutionArgs) => rootValue as ExecutionResult,
    });
    this.#keepAlive = setInterval(() => this.#pingAll(), options.keepAliveMs).unref();
  }

  get connectionCount(): number {
    return this.#connections.size;
  }

  /** Completes a handshake whose path and Origin were checked. @throws HttpRefusal */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { connections, trustedProxies } = this.#options;
    const requestId = randomUUID();
    const origin = requestOrigin(request, requestId, trustedProxies);
    const place = admitted(() => connections.admitAddress(origin.ipAddress));
    socket.once('close', () => place[Symbol.dispose]());
    this.#server.handleUpgrade(request, socket, head, (webSocket) =>
      this.#opened(webSocket, socket, requestId, origin),
    );
  }

  /** Has every socket close as soon as its queries and mutations are answered; `terminateAll` ends the rest. */
  drain(): void {
    for (const connection of this.#connections.values()) connection.drain();
  }

  terminateAll(): void {
    for (const socket of this.#connections.keys()) socket.terminate();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#keepAlive);
    this.terminateAll();
    this.#server.close();
  }

  #opened(socket: WebSocket, beneath: Duplex, requestId: string, origin: RequestOrigin): void {
    const connection = new SocketConnection({
      socket,
      connection: beneath,
      requestId,
      origin,
      messagesPerSecond: this.#options.limits.socketMessagesPerSecond,
    });
    this.#connections.set(socket, connection);
    const listed = this.#options.liveConnections.add(connection);
    const closed = this.#protocol.opened(
      {
        protocol: socket.protocol,
        send: (data) => connection.send(data),
        close: (code, reason) => connection.close(code ?? INTERNAL_ERROR, reason ?? ''),
        // Credentials are not sent back.
        onPing: (payload) => connection.send(pongTo(payload)),
        onMessage: (handle) =>
          socket.on('message', (data, isBinary) => {
            // As text from here on: who handles a subscription holds its message until the stream ends.
            const text = isBinary ? null : (data as Buffer).toString();
            void this.#received(socket, connection, text, handle);
          }),
      },
      connection,
    );
    socket.on('pong', () => this.#unanswered.delete(socket));
    // Oversized or malformed frames; the library closes the socket by itself and 'close' follows.
    socket.on('error', (error) =>
      this.#options.logger.debug({ requestId, failure: describeFailure(error) }, 'socket error'),
    );
    socket.once('close', (code, reason) => {
      this.#connections.delete(socket);
      listed[Symbol.dispose]();
      connection.closed();
      this.#settle(requestId, closed(code, reason.toString()));
    });
  }

  async #received(
    socket: WebSocket,
    connection: SocketConnection,
    text: string | null,
    handle: (text: string) => Promise<void>,
  ): Promise<void> {
    // After our close frame the client's messages still arrive until its own.
    if (socket.readyState !== socket.OPEN) return;
    connection.countMessage();
    if (text === null) {
      connection.close(UNSUPPORTED_DATA, 'Send text messages');
      return;
    }
    try {
      await connection.handle(text, handle);
    } catch (error) {
      // The protocol library's way to say that the client sent what only servers send.
      if (error instanceof Error && error.message.startsWith('Unexpected message of type ')) {
        socket.close(CloseCode.BadRequest, 'Invalid message');
        return;
      }
      this.#options.logger.error(
        { requestId: connection.requestId, failure: describeFailure(error) },
        'unexpected error',
      );
      connection.close(INTERNAL_ERROR, 'Unexpected error');
    }
  }

  /** Whether the credentials are good. `false` makes the protocol close the socket with 4403. */
  async #authenticate(connection: SocketConnection, authorization: string | null): Promise<boolean> {
    const { createContext, limits } = this.#options;
    const signal = AbortSignal.any([connection.signal, AbortSignal.timeout(limits.operationTimeoutMs)]);
    const request = {
      authorization,
      origin: connection.origin,
      transport: 'websocket',
      isQuery: false,
      signal,
    } as const;
    try {
      const context = await raceAbort(createContext({ ...request, lastEventId: null }), signal);
      return this.#admit(connection, authorization, context.personId ?? null);
    } catch (error) {
      const code = error instanceof RequestError ? error.code : null;
      if (code === 'UNAUTHENTICATED' || code === 'FORBIDDEN') return false;
      if (code === null) {
        this.#options.logger.error(
          { requestId: connection.requestId, failure: describeFailure(error) },
          'unexpected error',
        );
      }
      connection.close(TRY_AGAIN_LATER, code === 'RATE_LIMITED' ? 'Too many connections' : 'Try again later');
      return false;
    }
  }

  /** A socket stays with the person who it once spoke for. */
  #admit(connection: SocketConnection, authorization: string | null, personId: string | null): boolean {
    if (connection.personId !== null && connection.personId !== personId) return false;
    if (connection.personId === null && personId !== null) {
      connection.belongsTo(personId, this.#options.connections.admitPerson(personId));
    }
    connection.renewed(authorization);
    return true;
  }

  async #renew(connection: SocketConnection, authorization: string | undefined): Promise<void> {
    if (authorization === undefined || (await this.#authenticate(connection, authorization))) return;
    connection.close(CloseCode.Forbidden, 'Forbidden');
  }

  async #start(
    connection: SocketConnection,
    id: string,
    payload: SubscribePayload,
  ): Promise<ExecutionArgs | readonly GraphQLError[]> {
    const { schema } = this.#options;
    const outcome = await this.#run(connection, id, payload);
    if (isSubscription(outcome) || 'data' in outcome) return { schema, document: EXECUTED, rootValue: outcome };
    return outcome.errors ?? [];
  }

  async #run(connection: SocketConnection, id: string, payload: SubscribePayload): Promise<Outcome> {
    const { pipeline, limits } = this.#options;
    const { operationsPerSocket } = limits;
    let ownCredentials: string | undefined;
    const operation: Operation = pipeline.open({
      requestId: randomUUID(),
      origin: connection.origin,
      answers: 'websocket',
      authorization: () => ownCredentials ?? connection.authorization,
      endsConnection: (error) => connection.endsWith(error, operation),
    });
    const hasRoom = connection.operationCount < operationsPerSocket;
    connection.started(operation, id);
    if (connection.isEnding) return pipeline.refuse(operation, shuttingDown());
    if (!hasRoom)
      return pipeline.refuse(
        operation,
        new RequestError('RATE_LIMITED', `One socket runs at most ${operationsPerSocket} operations.`),
      );
    try {
      const params = checkRequestParams(payload);
      ownCredentials = credentialsOfOperation(params.extensions);
      if (ownCredentials !== undefined) connection.hasOwnCredentials(operation);
      const outcome = await pipeline.run(operation, params);
      if (outcome instanceof EventFeed) connection.carry(outcome, operation, id);
      return outcome;
    } catch (error) {
      return pipeline.refuse(operation, error);
    }
  }

  #pingAll(): void {
    for (const [socket, connection] of this.#connections) {
      if (this.#unanswered.has(socket) && !connection.isHeldUp) {
        socket.terminate();
      } else if (socket.readyState === socket.OPEN) {
        this.#unanswered.add(socket);
        socket.ping();
        connection.heartbeat();
      }
    }
  }

  #settle(requestId: string, closing: Promise<void>): void {
    closing.catch((error: unknown) => {
      this.#options.logger.error({ requestId, failure: describeFailure(error) }, 'unexpected error');
    });
  }
}

function shuttingDown(): RequestError {
  return new RequestError('SERVICE_UNAVAILABLE', 'The server is shutting down. Connect again.');
}

/** @throws HttpRefusal */
function admitted(admit: () => Disposable): Disposable {
  try {
    return admit();
  } catch (error) {
    throw error instanceof RequestError ? new HttpRefusal(429, error.message, error.code) : error;
  }
}

function pongTo(payload: unknown): string {
  const isEchoed = isRecord(payload) && credentialsIn(payload) === undefined;
  return JSON.stringify({ type: MessageType.Pong, ...(isEchoed ? { payload } : {}) });
}
