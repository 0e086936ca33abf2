import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { post, TestSocket } from '../support/graphql-requests.ts';
import { startSample } from '../support/sample-transport.ts';
import { waitFor } from '../support/wait-for.ts';

const HEAD = 'POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n';

async function open(port: number, text: string): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  const { promise, resolve } = Promise.withResolvers<void>();
  socket.write(text, () => resolve());
  await promise;
  return socket;
}

test('connections that break in the middle of anything leave the server as it was', async () => {
  await using sample = await startSample();
  const wait = JSON.stringify({ query: '{ wait(gate: "x") }' });
  const stream = JSON.stringify({ query: 'subscription { silent }' });
  const sockets = [
    await open(sample.port, ''),
    await open(sample.port, 'POST /gra'),
    await open(sample.port, `${HEAD}Content-Length: 100\r\n\r\n{"query`),
    await open(sample.port, `${HEAD}Transfer-Encoding: chunked\r\n\r\nzz\r\n`),
    await open(sample.port, `${HEAD}Content-Length: ${wait.length}\r\n\r\n${wait}`),
    await open(sample.port, `${HEAD}Accept: text/event-stream\r\nContent-Length: ${stream.length}\r\n\r\n${stream}`),
    await open(
      sample.port,
      'GET /graphql HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
    ),
  ];
  await using webSocket = await TestSocket.connect(sample);
  webSocket.subscribe('1', { query: 'subscription { silent }' });
  await waitFor(() => sample.probe.log.filter((entry) => entry === 'silent started').length === 2, {
    describe: 'both subscriptions',
  });
  for (const socket of sockets) socket.resetAndDestroy();
  webSocket.socket.terminate();
  await waitFor(() => sample.probe.log.filter((entry) => entry === 'silent ended').length === 2, {
    describe: 'the end of both',
  });
  await waitFor(() => sample.probe.log.includes('aborted x'), { describe: 'the query to stop' });
  expect((await post(sample, { query: '{ hello }' })).status).toBe(200);
  expect(sample.logs.filter(({ level }) => Number(level) >= 50)).toEqual([]);
  expect(sample.transport.connectionCount).toBe(0);
});
