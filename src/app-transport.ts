import type { GraphQLSchema } from 'graphql';
import type { Config } from './config/config.ts';
import type { Logger } from './config/logger.ts';
import type { RequestError } from './errors.ts';
import { readBusReadings } from './event-bus/bus-readings.ts';
import type { EventBus } from './event-bus/event-bus.ts';
import type { Context, CoreServices, ModuleServices } from './graphql/context.ts';
import { type Example, readExampleOperations } from './graphql/example-operations.ts';
import type { LiveConnections } from './graphql/live-connections.ts';
import type { ContextRequest } from './graphql/context-request.ts';
import { createRequestContext } from './graphql/request-context.ts';
import { startTransport, type Transport } from './graphql/server.ts';
import type { Metrics } from './metrics.ts';
import { readPasswordLoad } from './modules/auth/password-hasher.ts';
import { mailPreviewPage } from './modules/email/mail-preview.ts';

const EXAMPLES: readonly Example[] = [
  { name: 'Login', variables: { input: { email: 'ada@example.com', password: '' } }, isSignedIn: false },
  {
    name: 'CreateUser',
    variables: {
      input: { email: 'alan@example.com', username: 'alan', firstName: 'Alan', lastName: 'Turing' },
      idempotencyKey: 'alan-1',
    },
    isSignedIn: true,
  },
  { name: 'DomainEvents', variables: { after: null }, isSignedIn: true },
  { name: 'Users', variables: { first: 10 }, isSignedIn: true },
];

interface TransportParts {
  readonly config: Config;
  readonly schema: GraphQLSchema;
  readonly bus: EventBus;
  readonly core: CoreServices;
  readonly services: ModuleServices;
  readonly liveConnections: LiveConnections;
  readonly metrics: Metrics;
  readonly logger: Logger;
}

/** Serves the schema to clients, with what the program knows of them and of itself. */
export async function startAppTransport(parts: TransportParts): Promise<Transport> {
  const { config, schema, bus, core, services, liveConnections, metrics, logger } = parts;
  const { database, catalogue } = core;
  return startTransport<Context>({
    schema,
    config: {
      ...config.server,
      production: config.production,
      limits: config.limits,
      keepAliveMs: config.stream.heartbeatSeconds * 1_000,
    },
    logger,
    createContext: contextFactory(core, services),
    isAuthentic: (authorization) => services.auth.standings.isAuthentic(authorization),
    onDenied: ({ context: { viewer, origin }, requestId, paths }) =>
      services.securityLog.write('ACCESS_DENIED', {
        userId: viewer?.userId ?? null,
        sessionId: viewer?.sessionId ?? null,
        requestId,
        correlationId: origin.correlationId,
        paths,
      }),
    liveConnections,
    servesGraphql: config.role !== 'worker',
    health: { ready: async () => bus.relay.healthy && (await database.sql('select 1')).length === 1 },
    jwks: () => services.auth.tokens.jwks(),
    metrics: config.metrics && {
      ...config.metrics,
      expose: async (connections) => {
        const { redisHealthy } = core;
        const readings = await readBusReadings({ bus, database, catalogue, redisHealthy });
        const help = 'Open WebSockets and event streams.';
        return metrics.expose([
          ...readings,
          ...readPasswordLoad(services.auth.passwords),
          { name: 'connections', help, type: 'gauge', values: [{ value: connections }] },
        ]);
      },
    },
    developmentPage: mailPreviewPage,
    exampleOperations: config.production ? [] : await readExampleOperations(EXAMPLES),
  });
}

function contextFactory(core: CoreServices, services: ModuleServices): (request: ContextRequest) => Promise<Context> {
  const { auth, securityLog } = services;
  const refused = ({ details: { reason } }: RequestError, { origin, transport }: ContextRequest): void => {
    const { correlationId, ipAddress } = origin;
    securityLog.write('TOKEN_REFUSED', {
      reason: typeof reason === 'string' ? reason : 'SESSION_ENDED',
      transport,
      correlationId,
      ipAddress,
    });
  };
  return (request) =>
    createRequestContext({ request, core, services, caller: auth.standings.finderFor(request, refused) });
}
