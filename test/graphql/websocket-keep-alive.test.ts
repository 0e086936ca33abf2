import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { AggregateWatch } from '../../src/event-bus/aggregate-watch.ts';
import { parseTrustedProxies } from '../../src/graphql/client-address.ts';
import { ConnectionLimits } from '../../src/graphql/connection-limits.ts';
import { LiveConnections } from '../../src/graphql/live-connections.ts';
import { Pipeline } from '../../src/graphql/pipeline.ts';
import { WebSocketGate } from '../../src/graphql/websocket.ts';
import { TestSocket } from '../support/graphql-requests.ts';
import { sampleSchema as schema } from '../support/sample-schema.ts';
import { SAMPLE_LIMITS as limits } from '../support/sample-transport.ts';
import { waitFor } from '../support/wait-for.ts';

test('a socket whose client no longer answers pings is cut off, one that answers stays', async () => {
  const logger = pino({ level: 'silent' });
  const createContext = async (): Promise<object> => ({});
  const pipeline = new Pipeline({ schema, production: false, limits, logger, createContext });
  const trustedProxies = parseTrustedProxies([]);
  await using gate = new WebSocketGate({
    pipeline,
    schema,
    limits,
    trustedProxies,
    logger,
    createContext,
    connections: new ConnectionLimits(limits),
    liveConnections: new LiveConnections(new AggregateWatch()),
    keepAliveMs: 50,
  });
  await using server = createServer().on('upgrade', (request, socket, head) => gate.accept(request, socket, head));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const at = { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql` };
  await using alive = await TestSocket.open(at);
  await using dead = await TestSocket.open(at, { autoPong: false });
  let pings = 0;
  alive.socket.on('ping', () => {
    pings += 1;
  });
  expect((await dead.untilClosed()).code).toBe(1006);
  await waitFor(() => pings > 3, { describe: 'more pings' });
  expect(alive.closed).toBeUndefined();
  alive.socket.terminate();
});
