import type { GraphQLSchema } from 'graphql';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { BlockList } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Logger } from 'pino';
import type { TransportLimits } from '../config/config.ts';
import { parseTrustedProxies } from './client-address.ts';
import { ConnectionLimits } from './connection-limits.ts';
import { describeFailure } from './describe-failure.ts';
import { GraphiqlPage } from './graphiql.ts';
import type { ExampleOperation } from './graphiql.ts';
import { answerGraphqlPost } from './graphql-post.ts';
import { answerLive, answerReady } from './health.ts';
import { HttpRefusal, SECURITY_HEADERS, sendJson, sendRefusal, writeRefusal } from './http-answer.ts';
import type { Exchange } from './http-answer.ts';
import type { LiveConnections } from './live-connections.ts';
import { answerMetrics, type MetricsPage } from './metrics-page.ts';
import { Pipeline } from './pipeline.ts';
import type { ContextRequest, Denial, OperationContext } from './pipeline.ts';
import { checkRequestLine } from './request-line.ts';
import type { ServerSentEvents } from './server-sent-events.ts';
import { isAllowedOrigin } from './web-origin.ts';
import { WebSocketGate } from './websocket.ts';

const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
const TIMEOUT_CHECK_MS = 2000;
const KEEP_ALIVE_TIMEOUT_MS = 10_000;
const MAX_HEADER_BYTES = 16 * 1024;
const MAX_CONNECTIONS = 10_000;
const PREFLIGHT_SECONDS = 600;
/** What disposal grants to requests in flight; a planned stop calls `drain` with its own time first. */
const DISPOSE_DRAIN_MS = 1000;
const GRAPHQL_PATH = '/graphql';

export interface TransportOptions<Context extends OperationContext> {
  readonly schema: GraphQLSchema;
  readonly config: {
    /** 0 lets the system choose. */
    readonly port: number;
    readonly host: string;
    readonly production: boolean;
    readonly allowedOrigins: readonly string[];
    readonly trustedProxies: readonly string[];
    readonly limits: TransportLimits;
    /** Between two heartbeats of a connection; a socket that has not answered one by the next is cut. */
    readonly keepAliveMs: number;
  };
  readonly logger: Logger;
  /**
   * A fresh context for one operation, and once for each `connection_init` and renewal, where it only proves the token.
   * Throws RequestError to refuse; the error becomes the answer. `request.authorization` may be read again later.
   */
  readonly createContext: (request: ContextRequest) => Promise<Context>;
  /** Whether the value of an Authorization header stands for somebody; asked only before a large body is read. */
  readonly isAuthentic: (authorization: string) => Promise<boolean>;
  /** Told of each operation in which something was forbidden. Must not throw. */
  onDenied?(this: void, denial: Denial<Context>): void;
  /** False for a process that only works: it answers the probes and nothing else. */
  readonly servesGraphql: boolean;
  /** Where this process's WebSockets and event streams are listed. */
  readonly liveConnections: LiveConnections;
  readonly health: { ready(): Promise<boolean> };
  readonly jwks: () => unknown;
  /** Null: there is no such page. */
  readonly metrics: MetricsPage | null;
  /** Pages for developers, by path; never asked in production. */
  readonly developmentPage?: (path: string) => { readonly html: string; readonly policy: string } | null;
  /** Shown as GraphiQL's first tabs; a tab is titled by its operation's name. */
  readonly exampleOperations?: readonly ExampleOperation[];
}

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
  readonly #graphiql: GraphiqlPage;
  readonly #trustedProxies: BlockList;
  readonly #connections: ConnectionLimits;
  readonly #streams = new Set<ServerSentEvents>();
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
    this.#graphiql = new GraphiqlPage(options.exampleOperations ?? []);
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
    if (this.#drained !== undefined) setImmediate(() => this.#server.closeIdleConnections());
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
    const exchange = { requestId: randomUUID(), request, response };
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
    response.setHeader('X-Request-Id', exchange.requestId);
    response.on('error', (error) => this.#report(error, 'response error'));
    response.once('finish', () => this.#releaseConnections());
    try {
      await this.#route(checkRequestLine(request), exchange);
    } catch (error) {
      this.#answerError(error, exchange);
    }
  }

  async #route(path: string, exchange: Exchange): Promise<void> {
    switch (path) {
      case GRAPHQL_PATH:
        if (!this.#options.servesGraphql) throw nothingHere();
        return this.#answerGraphql(exchange);
      case '/health/live':
        requireGet(exchange);
        return answerLive(exchange);
      case '/health/ready':
        requireGet(exchange);
        return answerReady(exchange, async () => this.#drained === undefined && this.#options.health.ready());
      case '/metrics':
        if (!this.#options.metrics) throw nothingHere();
        requireGet(exchange);
        return answerMetrics(exchange, this.#options.metrics, this.connectionCount);
      case '/.well-known/jwks.json':
        requireGet(exchange);
        return sendJson(exchange, 200, this.#options.jwks());
      default:
        return this.#answerDevelopmentPage(path, exchange);
    }
  }

  #answerDevelopmentPage(path: string, exchange: Exchange): void {
    if (path === '/' && this.#options.servesGraphql && !this.#options.config.production) {
      requireGet(exchange);
      exchange.response.writeHead(302, { Location: GRAPHQL_PATH }).end();
      return;
    }
    const page = this.#options.config.production ? null : this.#options.developmentPage?.(path);
    if (!page) throw nothingHere();
    requireGet(exchange);
    const headers = { 'Content-Type': 'text/html; charset=utf-8', 'Content-Security-Policy': page.policy };
    exchange.response.writeHead(200, headers).end(page.html);
  }

  async #answerGraphql(exchange: Exchange): Promise<void> {
    const { request, response } = exchange;
    const { config } = this.#options;
    this.#allowOrigin(exchange);
    if (request.method === 'OPTIONS') {
      response.writeHead(204).end();
      return;
    }
    if (request.method === 'POST') {
      if (this.#drained !== undefined) throw shuttingDown();
      await answerGraphqlPost(this.#pipeline, exchange, {
        limits: config.limits,
        trustedProxies: this.#trustedProxies,
        isAuthentic: this.#options.isAuthentic,
        connections: this.#connections,
        streams: this.#streams,
        liveConnections: this.#options.liveConnections,
      });
      return;
    }
    const wantsPage = request.method === 'GET' && request.headers.accept?.includes('text/html') === true;
    if (wantsPage && !config.production) {
      await this.#graphiql.answer(exchange);
      return;
    }
    throw new HttpRefusal(405, 'Send operations by POST.', 'BAD_USER_INPUT', { Allow: 'POST, OPTIONS' });
  }

  /** A page of another origin can read the answer only if it is on the list; no credentials of a browser are used. */
  #allowOrigin({ request, response }: Exchange): void {
    const { origin } = request.headers;
    response.setHeader('Vary', 'Origin');
    if (origin === undefined || !isAllowedOrigin(request, this.#options.config)) return;
    response.setHeader('Access-Control-Allow-Origin', origin);
    response.setHeader('Access-Control-Expose-Headers', 'X-Request-Id, Retry-After');
    if (request.method !== 'OPTIONS') return;
    response.setHeader('Access-Control-Allow-Methods', 'POST');
    response.setHeader('Access-Control-Allow-Headers', 'Authorization, Content-Type, X-Correlation-Id');
    response.setHeader('Access-Control-Max-Age', String(PREFLIGHT_SECONDS));
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', this.#onSocketError);
    try {
      if (checkRequestLine(request) !== GRAPHQL_PATH || !this.#options.servesGraphql) throw nothingHere();
      if (this.#drained !== undefined) throw shuttingDown();
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

function requireGet({ request }: Exchange): void {
  if (request.method === 'GET' || request.method === 'HEAD') return;
  throw new HttpRefusal(405, 'Use GET.', 'BAD_USER_INPUT', { Allow: 'GET, HEAD' });
}

function nothingHere(): HttpRefusal {
  return new HttpRefusal(404, 'There is nothing here.', 'NOT_FOUND');
}

function shuttingDown(): HttpRefusal {
  return new HttpRefusal(503, 'The server is shutting down.', 'SERVICE_UNAVAILABLE', { Connection: 'close' });
}

/** What node could not parse, or waited for too long. */
function refusalOf({ code }: NodeJS.ErrnoException): HttpRefusal {
  if (code === 'HPE_HEADER_OVERFLOW') return new HttpRefusal(431, 'The headers are too large.');
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return new HttpRefusal(408, 'The request took too long to arrive.');
  return new HttpRefusal(400, 'The request is malformed.');
}
