import { randomUUID } from 'node:crypto';
import { queryObjects } from 'node:v8';
import { expect, test } from 'vitest';
import { Cohort } from '../../src/event-bus/cohort.ts';
import { EventStream } from '../../src/event-bus/event-stream.ts';
import { LogSubscription } from '../../src/graphql/log-subscription.ts';
import { SocketConnection } from '../../src/graphql/socket-connection.ts';
import { SocketOperation } from '../../src/graphql/socket-operation.ts';
import { TestSocket } from '../support/graphql-requests.ts';
import { FOLLOW_EVENTS } from '../support/operations.ts';
import { withRedis } from '../support/redis-client.ts';
import { startTestApp, type TestApp } from '../support/test-app.ts';
import { waitFor } from '../support/wait-for.ts';

const CHANNEL = `test-${randomUUID()}:log`;
const SOCKETS = 20;
const STREAMS = 5;
const ROUNDS = 20;
/** What a socket and its streams are made of. */
const PARTS = [SocketConnection, SocketOperation, LogSubscription, EventStream, Cohort];
/** Of whatever else they hold, more than one KB for each stream. */
const GROWTH_BYTES = 2_000_000;

/** Opens streams that all differ a little, until every one is live, and ends each in one of the ways there are. */
async function openAndEnd(app: TestApp, round: number): Promise<void> {
  const authorization = `Bearer ${app.admin.accessToken}`;
  const { hub } = app.app.bus.streams;
  const sockets = await Promise.all(Array.from({ length: SOCKETS }, () => TestSocket.connect(app, { authorization })));
  for (const [index, socket] of sockets.entries()) {
    for (let id = 0; id < STREAMS; id++) {
      const filter = id % 2 === 0 ? null : { aggregateId: `${round}-${index}-${id}` };
      socket.subscribe(String(id), { query: FOLLOW_EVENTS, variables: { filter } });
    }
  }
  await waitFor(() => hub.size === SOCKETS * STREAMS, { describe: 'every stream to be live' });
  for (const [index, socket] of sockets.entries()) {
    if (index % 3 === 0) socket.socket.terminate();
    else if (index % 3 === 1) socket.socket.close();
    else for (let id = 0; id < STREAMS; id++) socket.send({ type: 'complete', id: String(id) });
  }
  await waitFor(() => hub.size === 0, { describe: 'the streams to be gone' });
  for (const socket of sockets) socket.socket.close();
  await waitFor(() => app.app.transport.connectionCount === 0, { describe: 'the sockets to be gone' });
}

/** Of this test alone, whoever else uses the Redis. */
async function traces({ app, deployment }: TestApp) {
  const url = new URL(deployment.env['REDIS_URL'] ?? '');
  const inRedis = await withRedis(url.href, async (client) => ({
    keys: await client.keys('*'),
    channels: await client.call('PUBSUB', 'CHANNELS', `${CHANNEL}*`),
    clients: String(await client.client('LIST'))
      .split('\n')
      .filter((line) => line.includes('name=signalbox') && line.includes(` db=${url.pathname.slice(1)} `)).length,
  }));
  return { ...inRedis, watched: app.bus.streams.watch.size };
}

function active(resource: 'TCPSocketWrap' | 'Timeout'): number {
  return process.getActiveResourcesInfo().filter((name) => name === resource).length;
}

/** Collects all that can be: waits until none of the parts is reachable. */
async function heapWithoutParts(): Promise<number> {
  const none = Object.fromEntries(PARTS.map(({ name }) => [name, 0]));
  const untilGone = (): true => {
    // Collects before it counts.
    const parts = Object.fromEntries(PARTS.map((part) => [part.name, queryObjects(part, { format: 'count' })]));
    expect(parts).toEqual(none);
    return true;
  };
  await waitFor(untilGone, { describe: 'nothing of the sockets and streams to be left' });
  return process.memoryUsage().heapUsed;
}

test('of 2,000 streams that were opened and ended nothing is left in Redis, among the handles or on the heap', async () => {
  await using app = await startTestApp({ overrides: { channel: CHANNEL } });
  // What is made once, for the first, is no trace of the others.
  for (let round = 0; round < 4; round++) await openAndEnd(app, round);
  const { keys: keysBefore, ...before } = await traces(app);
  const handlesBefore = { sockets: active('TCPSocketWrap'), timers: active('Timeout') };
  // The lines that the test keeps would grow by themselves.
  app.logs.length = 0;
  const heapBefore = await heapWithoutParts();
  for (let round = 4; round < 4 + ROUNDS; round++) await openAndEnd(app, round);
  app.logs.length = 0;
  const { keys, ...after } = await traces(app);
  expect(after).toEqual(before);
  expect(keys.filter((key) => !keysBefore.includes(key))).toEqual([]);
  // Connections to the database come and go by themselves, as timers do; a leak would be hundreds.
  expect(active('TCPSocketWrap')).toBeLessThan(handlesBefore.sockets + SOCKETS);
  expect(active('Timeout')).toBeLessThan(handlesBefore.timers + SOCKETS);
  expect((await heapWithoutParts()) - heapBefore).toBeLessThan(GROWTH_BYTES);
}, 120_000);
