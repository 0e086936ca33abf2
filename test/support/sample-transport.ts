import { Writable } from 'node:stream';
import { pino } from 'pino';
import type { TransportLimits } from '../../src/config/config.ts';
import { RequestError } from '../../src/errors.ts';
import type { ContextRequest } from '../../src/graphql/context-request.ts';
import { AggregateWatch } from '../../src/event-bus/aggregate-watch.ts';
import { LiveConnections } from '../../src/graphql/live-connections.ts';
import { startTransport } from '../../src/graphql/server.ts';
import type { Transport } from '../../src/graphql/server.ts';
import type { TransportOptions } from '../../src/graphql/transport-options.ts';
import { look } from './canaries.ts';
import { Probe, sampleSchema, SECRET } from './sample-schema.ts';
import type { SampleContext } from './sample-schema.ts';

export const SAMPLE_LIMITS: TransportLimits = {
  bodyAnonymousBytes: 100 * 1024,
  bodyAuthenticatedBytes: 1024 * 1024,
  documentBytes: 20 * 1024,
  wsMessageBytes: 100 * 1024,
  operationsPerSocket: 20,
  socketMessagesPerSecond: 1000,
  connectionsPerAddress: 5000,
  connectionsPerUser: 2500,
  connectionsPerSecond: 100,
  connectionInitMs: 3000,
  operationTimeoutMs: 10_000,
  importTimeoutMs: 60_000,
  maxTokens: 1000,
  maxDepth: 8,
  maxAliases: 15,
  maxDirectives: 20,
  maxRootFields: 10,
  maxCost: 5000,
};

export interface SampleOverrides {
  readonly production?: boolean;
  readonly limits?: Partial<TransportLimits>;
  readonly allowedOrigins?: readonly string[];
  readonly trustedProxies?: readonly string[];
  readonly ready?: () => Promise<boolean>;
  readonly keepAliveMs?: number;
  readonly metrics?: TransportOptions<SampleContext>['metrics'];
  readonly exampleOperations?: TransportOptions<SampleContext>['exampleOperations'];
}

/** A listening transport over the sample schema, with all that it logged. */
export interface SampleTransport extends AsyncDisposable {
  readonly transport: Transport;
  readonly url: string;
  readonly port: number;
  readonly probe: Probe;
  readonly logs: Record<string, unknown>[];
  readonly requests: ContextRequest[];
}

/** Knows `Bearer good-<name>`, where `ann_1` and `ann_2` are one person; `Bearer crash` meets an unexpected error, every other token is refused. */
export async function startSample(overrides: SampleOverrides = {}): Promise<SampleTransport> {
  const probe = new Probe();
  const logs: Record<string, unknown>[] = [];
  const requests: ContextRequest[] = [];
  const sink = new Writable({
    write(line: Buffer, _encoding, done) {
      look('log', line.toString(), 'logged by the transport');
      logs.push(JSON.parse(line.toString()) as Record<string, unknown>);
      done();
    },
  });
  const createContext = async (request: ContextRequest): Promise<SampleContext> => {
    probe.contexts += 1;
    requests.push(request);
    const { authorization } = request;
    if (authorization === 'Bearer crash') throw new Error(SECRET);
    const viewer = authorization === null ? null : /^Bearer good-(\w+)$/.exec(authorization)?.[1];
    if (viewer === undefined) throw new RequestError('UNAUTHENTICATED', 'The token is not valid.');
    return { request, viewer, personId: viewer?.split('_')[0] ?? null, probe };
  };
  const transport = await startTransport({
    schema: sampleSchema,
    config: {
      port: 0,
      host: '127.0.0.1',
      production: overrides.production ?? false,
      allowedOrigins: overrides.allowedOrigins ?? [],
      trustedProxies: overrides.trustedProxies ?? [],
      limits: { ...SAMPLE_LIMITS, ...overrides.limits },
      keepAliveMs: overrides.keepAliveMs ?? 12_000,
    },
    logger: pino({ level: 'debug' }, sink),
    createContext,
    isAuthentic: async (authorization) => /^Bearer good-\w+$/.test(authorization),
    liveConnections: new LiveConnections(new AggregateWatch()),
    servesGraphql: true,
    health: { ready: overrides.ready ?? (async () => true) },
    jwks: () => ({ keys: [] }),
    metrics: overrides.metrics ?? null,
    ...(overrides.exampleOperations === undefined ? {} : { exampleOperations: overrides.exampleOperations }),
  });
  return {
    transport,
    url: transport.url,
    port: transport.port,
    probe,
    logs,
    requests,
    [Symbol.asyncDispose]: () => transport[Symbol.asyncDispose](),
  };
}
