import { CloseCode, GRAPHQL_TRANSPORT_WS_PROTOCOL } from 'graphql-ws';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { BlockList } from 'node:net';
import type { Duplex } from 'node:stream';
import type { RawData, WebSocket } from 'ws';
import { WebSocketServer } from 'ws';
import { RequestError } from '../errors.ts';
import { describeFailure } from './describe-failure.ts';
import { HttpRefusal, writeRefusal } from './http-answer.ts';
import { retryAfter } from './http-status.ts';
import type { LiveConnections } from './live-connections.ts';
import { newRequestId } from './request-id.ts';
import { requestOrigin } from './request-origin.ts';
import { SocketConnection } from './socket-connection.ts';
import { SocketProtocol, type SocketProtocolOptions } from './socket-protocol.ts';

const UNSUPPORTED_DATA = 1003;
const INTERNAL_ERROR = 1011;

export interface WebSocketGateOptions extends SocketProtocolOptions {
  readonly trustedProxies: BlockList;
  readonly liveConnections: LiveConnections;
  /** Between heartbeats; who has not answered the last one when the next is due is cut off. */
  readonly keepAliveMs: number;
}

/** A socket that is open, and what the protocol wants to be told when it no longer is. */
interface OpenSocket {
  readonly connection: SocketConnection;
  readonly closed: (code: number, reason: string) => Promise<void>;
}

/** The sockets of this node, from the handshake until they have closed: GraphQL over WebSocket, `graphql-transport-ws`. */
export class WebSocketGate implements AsyncDisposable {
  readonly #options: WebSocketGateOptions;
  readonly #server: WebSocketServer;
  readonly #protocol: SocketProtocol;
  readonly #sockets = new Map<WebSocket, OpenSocket>();
  readonly #unanswered = new WeakSet<WebSocket>();
  readonly #keepAlive: NodeJS.Timeout;
  readonly #listen: (socket: WebSocket) => void;

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
    this.#protocol = new SocketProtocol(options);
    this.#listen = this.#listener();
    this.#keepAlive = setInterval(() => this.#pingAll(), options.keepAliveMs).unref();
  }

  get connectionCount(): number {
    return this.#sockets.size;
  }

  /** Completes a handshake whose path and Origin were checked. @throws HttpRefusal */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { connections, trustedProxies } = this.#options;
    const requestId = newRequestId();
    const origin = requestOrigin(request, requestId, trustedProxies);
    const place = admitted(() => connections.admitAddress(origin.ipAddress));
    const leave = (): void => place[Symbol.dispose]();
    socket.once('close', leave);
    this.#server.handleUpgrade(request, socket, head, (webSocket) => {
      socket.off('close', leave);
      const { socketMessagesPerSecond: messagesPerSecond } = this.#options.limits;
      this.#opened(
        webSocket,
        new SocketConnection({ socket: webSocket, connection: socket, requestId, origin, place, messagesPerSecond }),
      );
    });
  }

  /** Has every socket close as soon as its queries and mutations are answered; `terminateAll` ends the rest. */
  drain(): void {
    for (const { connection } of this.#sockets.values()) connection.drain();
  }

  terminateAll(): void {
    for (const socket of this.#sockets.keys()) socket.terminate();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#keepAlive);
    this.terminateAll();
    this.#server.close();
  }

  #opened(socket: WebSocket, connection: SocketConnection): void {
    this.#sockets.set(socket, { connection, closed: this.#protocol.open(connection) });
    this.#options.liveConnections.add(connection);
    this.#listen(socket);
  }

  /** Has the gate told what happens to a socket; by the same functions for all, since there are thousands. */
  #listener(): (socket: WebSocket) => void {
    const connectionOf = (socket: WebSocket): SocketConnection | undefined => this.#sockets.get(socket)?.connection;
    const received = (socket: WebSocket, text: string | null): void => {
      const connection = connectionOf(socket);
      if (connection) void this.#received(socket, connection, text);
    };
    const answered = (socket: WebSocket): void => void this.#unanswered.delete(socket);
    const failed = (socket: WebSocket, error: Error): void => this.#failed(connectionOf(socket), error);
    const closed = (socket: WebSocket, code: number, reason: string): void => this.#closed(socket, code, reason);
    function onMessage(this: WebSocket, data: RawData, isBinary: boolean): void {
      received(this, isBinary ? null : (data as Buffer).toString());
    }
    function onPong(this: WebSocket): void {
      answered(this);
    }
    function onError(this: WebSocket, error: Error): void {
      failed(this, error);
    }
    function onClose(this: WebSocket, code: number, reason: Buffer): void {
      closed(this, code, reason.toString());
    }
    return (socket) => {
      socket.on('message', onMessage);
      socket.on('pong', onPong);
      socket.on('error', onError);
      socket.on('close', onClose);
    };
  }

  async #received(socket: WebSocket, connection: SocketConnection, text: string | null): Promise<void> {
    // After our close frame the client's messages still arrive until its own.
    if (socket.readyState !== socket.OPEN) return;
    connection.countMessage();
    if (text === null) {
      connection.close(UNSUPPORTED_DATA, 'Send text messages');
      return;
    }
    try {
      await connection.handle(text);
    } catch (error) {
      // The protocol library's way to say that the client sent what only servers send.
      if (error instanceof Error && error.message.startsWith('Unexpected message of type ')) {
        socket.close(CloseCode.BadRequest, 'Invalid message');
        return;
      }
      this.#report(connection, error);
      connection.close(INTERNAL_ERROR, 'Unexpected error');
    }
  }

  /** Oversized or malformed frames; the library closes the socket by itself and 'close' follows. */
  #failed(connection: SocketConnection | undefined, error: Error): void {
    this.#options.logger.debug({ requestId: connection?.requestId, failure: describeFailure(error) }, 'socket error');
  }

  #closed(socket: WebSocket, code: number, reason: string): void {
    const open = this.#sockets.get(socket);
    if (!open) return;
    const { connection, closed } = open;
    this.#sockets.delete(socket);
    this.#options.liveConnections.remove(connection);
    connection.closed();
    closed(code, reason).catch((error: unknown) => this.#report(connection, error));
  }

  #pingAll(): void {
    for (const [socket, { connection }] of this.#sockets) {
      if (this.#unanswered.has(socket) && !connection.isHeldUp) {
        socket.terminate();
      } else if (socket.readyState === socket.OPEN) {
        this.#unanswered.add(socket);
        socket.ping();
        connection.heartbeat();
      }
    }
  }

  #report({ requestId }: SocketConnection, error: unknown): void {
    this.#options.logger.error({ requestId, failure: describeFailure(error) }, 'unexpected error');
  }
}

/** @throws HttpRefusal */
function admitted(admit: () => Disposable): Disposable {
  try {
    return admit();
  } catch (error) {
    throw error instanceof RequestError
      ? new HttpRefusal(429, error.message, error.code, retryAfter(error.details))
      : error;
  }
}
