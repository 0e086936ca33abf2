import type { BlockList } from 'node:net';
import type { ConnectionLimits } from './connection-limits.ts';
import { GraphiqlPage } from './graphiql.ts';
import { answerGraphqlPost } from './graphql-post.ts';
import { answerLive, answerReady } from './health.ts';
import { HttpRefusal, sendJson } from './http-answer.ts';
import type { Exchange } from './http-answer.ts';
import { answerMetrics } from './metrics-page.ts';
import type { OperationContext, Pipeline } from './pipeline.ts';
import type { ServerSentEvents } from './server-sent-events.ts';
import type { TransportOptions } from './transport-options.ts';
import { isAllowedOrigin } from './web-origin.ts';

export const GRAPHQL_PATH = '/graphql';
const PREFLIGHT_SECONDS = 600;

/** What the routes know of the server that they are those of. */
interface ServerState {
  readonly isDraining: boolean;
  /** Open WebSockets and event streams. */
  readonly connectionCount: number;
}

interface RouteParts<Context extends OperationContext> {
  readonly options: TransportOptions<Context>;
  readonly state: ServerState;
  readonly pipeline: Pipeline<Context>;
  readonly trustedProxies: BlockList;
  readonly connections: ConnectionLimits;
  /** Those that are open; one that is opened adds itself. */
  readonly streams: Set<ServerSentEvents>;
}

/** Which path of the server answers what, except for WebSockets. */
export class HttpRoutes<Context extends OperationContext> {
  readonly #options: TransportOptions<Context>;
  readonly #state: ServerState;
  readonly #pipeline: Pipeline<Context>;
  readonly #trustedProxies: BlockList;
  readonly #connections: ConnectionLimits;
  readonly #streams: Set<ServerSentEvents>;
  readonly #graphiql: GraphiqlPage;

  constructor({ options, state, pipeline, trustedProxies, connections, streams }: RouteParts<Context>) {
    this.#options = options;
    this.#state = state;
    this.#pipeline = pipeline;
    this.#trustedProxies = trustedProxies;
    this.#connections = connections;
    this.#streams = streams;
    this.#graphiql = new GraphiqlPage(options.exampleOperations ?? []);
  }

  /** @throws HttpRefusal when there is nothing to answer with. */
  async answer(path: string, exchange: Exchange): Promise<void> {
    switch (path) {
      case GRAPHQL_PATH:
        if (!this.#options.servesGraphql) throw nothingHere();
        return this.#answerGraphql(exchange);
      case '/health/live':
        requireGet(exchange);
        return answerLive(exchange);
      case '/health/ready':
        requireGet(exchange);
        return answerReady(exchange, async () => !this.#state.isDraining && this.#options.health.ready());
      case '/metrics':
        if (!this.#options.metrics) throw nothingHere();
        requireGet(exchange);
        return answerMetrics(exchange, this.#options.metrics, this.#state.connectionCount);
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
      if (this.#state.isDraining) throw shuttingDown();
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
}

function requireGet({ request }: Exchange): void {
  if (request.method === 'GET' || request.method === 'HEAD') return;
  throw new HttpRefusal(405, 'Use GET.', 'BAD_USER_INPUT', { Allow: 'GET, HEAD' });
}

export function nothingHere(): HttpRefusal {
  return new HttpRefusal(404, 'There is nothing here.', 'NOT_FOUND');
}

export function shuttingDown(): HttpRefusal {
  return new HttpRefusal(503, 'The server is shutting down.', 'SERVICE_UNAVAILABLE', { Connection: 'close' });
}
