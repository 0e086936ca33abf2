import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { BlockList } from 'node:net';
import type { Duplex } from 'node:stream';
import { parseTrustedProxies } from './client-address.ts';
import { ConnectionLimits } from './connection-limits.ts';
import { describeFailure } from './describe-failure.ts';
import { HttpRefusal, SECURITY_HEADERS, sendRefusal, writeRefusal } from './http-answer.ts';
import type { Exchange } from './http-answer.ts';
import { GRAPHQL_PATH, HttpRoutes, nothingHere, shuttingDown } from './http-routes.ts';
import { Pipeline } from './pipeline.ts';
import type { OperationContext } from './pipeline.ts';
import { checkRequestLine } from './request-line.ts';
import type { ServerSentEvents } from './server-sent-events.ts';
import type { TransportOptions } from './transport-options.ts';
import { UnusedConnections } from './unused-connections.ts';
import { isAllowedOrigin } from './web-origin.ts';
import { WebSocketGate } from './websocket.ts';

const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
const TIMEOUT_CHECK_MS = 2000;
/** Longer than load balancers keep a connection at rest, a minute mostly: else they send a request on one that is just being ended. */
const KEEP_ALIVE_TIMEOUT_MS = 65_000;
const MAX_HEADER_BYTES = 16 * 1024;
const MAX_CONNECTIONS = 10_000;
/** What disposal grants to requests in flight; a planned stop calls `drain` with its own time first. */
const DISPOSE_DRAIN_MS = 1000;

export interface Transport extends AsyncDisposable {
  readonly port: number;
  readonly url: string;
  /** Open WebSockets and event streams. */
  readonly connectionCount: number;
  /** Takes nothing new, lets what runs finish for `timeoutMs`, then cuts the rest. Later calls wait for the first. */
  drain(timeoutMs: number): Promise<void>;
}

/** Listens on one port for GraphQL over HTTP, event streams and WebSocket, and for the probes. Rejects if it cannot. */
export async function startTransport<Context extends OperationContext>(
  options: TransportOptions<Context>,
): Promise<Transport> {
  const transport = new HttpTransport(options);
  await transport.listen();
  return transport;
}

class HttpTransport<Context extends OperationContext> implements Transport {
  readonly #options: TransportOptions<Context>;
  readonly #server: Server;
  readonly #pipeline: Pipeline<Context>;
  readonly #gate: WebSocketGate;
  readonly #routes: HttpRoutes<Context>;
  readonly #trustedProxies: BlockList;
  readonly #connections: ConnectionLimits;
  readonly #streams = new Set<ServerSentEvents>();
  readonly #unused: UnusedConnections;
  readonly #heartbeat: NodeJS.Timeout;
  readonly #onSocketError = (error: Error): void => this.#report(error, 'socket error');
  #drained: Promise<void> | undefined;

  constructor(options: TransportOptions<Context>) {
    const { schema, config, logger, createContext, onDenied } = options;
    const { limits, production } = config;
    this.#options = options;
    this.#trustedProxies = parseTrustedProxies(config.trustedProxies);
    this.#pipeline = new Pipeline({
      schema,
      production,
      limits,
      logger,
      createContext,
      ...(onDenied === undefined ? {} : { onDenied }),
    });
    this.#connections = new ConnectionLimits(limits);
    this.#routes = new HttpRoutes({
      options,
      state: this,
      pipeline: this.#pipeline,
      trustedProxies: this.#trustedProxies,
      connections: this.#connections,
      streams: this.#streams,
    });
    this.#gate = new WebSocketGate({
      pipeline: this.#pipeline,
      schema,
      limits,
      trustedProxies: this.#trustedProxies,
      logger,
      createContext,
      connections: this.#connections,
      liveConnections: options.liveConnections,
      keepAliveMs: config.keepAliveMs,
    });
    this.#heartbeat = setInterval(() => this.#beat(), config.keepAliveMs).unref();
    this.#server = this.#createServer();
    this.#unused = new UnusedConnections(this.#server);
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : this.#options.config.port;
  }

  get url(): string {
    const { host } = this.#options.config;
    const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host;
    return `http://${name.includes(':') ? `[${name}]` : name}:${this.port}${GRAPHQL_PATH}`;
  }

  get isDraining(): boolean {
    return this.#drained !== undefined;
  }

  get connectionCount(): number {
    return this.#gate.connectionCount + this.#streams.size;
  }

  async listen(): Promise<void> {
    const { host, port } = this.#options.config;
    this.#server.listen(port, host);
    await once(this.#server, 'listening');
    this.#server.on('error', (error) => this.#report(error, 'server error'));
  }

  async drain(timeoutMs: number): Promise<void> {
    this.#drained ??= this.#drain(timeoutMs);
    await this.#drained;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#heartbeat);
    await this.drain(DISPOSE_DRAIN_MS);
    await this.#gate[Symbol.asyncDispose]();
  }

  #beat(): void {
    for (const stream of this.#streams) stream.beat();
  }

  async #drain(timeoutMs: number): Promise<void> {
    const closed = once(this.#server, 'close');
    // Ends idle keep-alive connections too; the others end when they are answered.
    this.#server.close();
    this.#unused.end();
    this.#gate.drain();
    for (const stream of this.#streams) stream.close();
    const timer = setTimeout(() => {
      this.#gate.terminateAll();
      this.#server.closeAllConnections();
    }, timeoutMs);
    await closed;
    clearTimeout(timer);
  }

  /** A connection kept alive after its answer would hold up the drain until its time-out. */
  #releaseConnections(): void {
    if (this.isDraining) setImmediate(() => this.#server.closeIdleConnections());
  }

  #createServer(): Server {
    const server = createServer(
      {
        headersTimeout: HEADERS_TIMEOUT_MS,
        requestTimeout: REQUEST_TIMEOUT_MS,
        connectionsCheckingInterval: TIMEOUT_CHECK_MS,
        keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
        maxHeaderSize: MAX_HEADER_BYTES,
        // A missing Host is refused here, with a body like every other refusal.
        requireHostHeader: false,
        // Any other upgrade that a client offers (h2c) is declined by answering over HTTP/1.1.
        shouldUpgradeCallback: ({ headers }) => headers.upgrade?.toLowerCase() === 'websocket',
      },
      (request, response) => void this.#handle(request, response),
    );
    server.maxConnections = MAX_CONNECTIONS;
    server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
    server.on('connect', (_request, socket) =>
      this.#refuseSocket(socket, new HttpRefusal(405, 'CONNECT is not supported.')),
    );
    server.on('clientError', (error: NodeJS.ErrnoException, socket) => this.#refuseSocket(socket, refusalOf(error)));
    return server;
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#unused.used(request.socket);
    const exchange = { requestId: randomUUID(), request, response };
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
    response.setHeader('X-Request-Id', exchange.requestId);
    response.on('error', (error) => this.#report(error, 'response error'));
    response.once('finish', () => this.#releaseConnections());
    try {
      await this.#routes.answer(checkRequestLine(request), exchange);
    } catch (error) {
      this.#answerError(error, exchange);
    }
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#unused.used(socket);
    socket.on('error', this.#onSocketError);
    try {
      if (checkRequestLine(request) !== GRAPHQL_PATH || !this.#options.servesGraphql) throw nothingHere();
      if (this.isDraining) throw shuttingDown();
      if (!isAllowedOrigin(request, this.#options.config)) {
        throw new HttpRefusal(403, 'This origin may not open sockets.', 'FORBIDDEN');
      }
      this.#gate.accept(request, socket, head);
    } catch (error) {
      this.#refuseSocket(socket, error);
    }
  }

  #answerError(error: unknown, exchange: Exchange): void {
    const { requestId, response } = exchange;
    const refusal = this.#asRefusal(error, requestId);
    if (response.headersSent) response.destroy();
    else sendRefusal(exchange, refusal);
  }

  #refuseSocket(socket: Duplex, error: unknown): void {
    const requestId = randomUUID();
    const refusal = this.#asRefusal(error, requestId);
    if (socket.writable) writeRefusal(socket, refusal, requestId);
    else socket.destroy();
  }

  #asRefusal(error: unknown, requestId: string): HttpRefusal {
    const { logger } = this.#options;
    if (error instanceof HttpRefusal) {
      logger.info({ requestId, status: error.status, code: error.code }, 'request refused');
      return error;
    }
    logger.error({ requestId, failure: describeFailure(error) }, 'unexpected error');
    return new HttpRefusal(500, 'Unexpected error.', 'INTERNAL_SERVER_ERROR');
  }

  /** Connections break all the time; that one did is of interest only to who looks for it. */
  #report(error: unknown, what: string): void {
    this.#options.logger.debug({ failure: describeFailure(error) }, what);
  }
}

/** What node could not parse, or waited for too long. */
function refusalOf({ code }: NodeJS.ErrnoException): HttpRefusal {
  if (code === 'HPE_HEADER_OVERFLOW') return new HttpRefusal(431, 'The headers are too large.');
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return new HttpRefusal(408, 'The request took too long to arrive.');
  return new HttpRefusal(400, 'The request is malformed.');
}
