import { expect, test } from 'vitest';
import { TestSocket } from '../support/graphql-requests.ts';
import { startSample } from '../support/sample-transport.ts';
import { waitFor } from '../support/wait-for.ts';

test('a ping with a new token renews the socket, and a running subscription sees it', async () => {
  await using sample = await startSample();
  await using socket = await TestSocket.connect(sample, { authorization: 'Bearer good-ann_old' });
  socket.subscribe('1', { query: 'subscription { silent }' });
  await waitFor(() => sample.probe.log.includes('silent started'), { describe: 'the subscription' });
  socket.send({ type: 'ping', payload: { authorization: 'Bearer good-ann_new' } });
  await socket.message('pong');
  expect(await socket.run({ query: '{ me }' })).toEqual([{ data: { me: 'ann_new' } }]);
  expect(sample.requests[1]?.authorization).toBe('Bearer good-ann_new');
  expect(socket.of('1')).toEqual([]);
});

test('a refused renewal closes the socket with 4403', async () => {
  await using sample = await startSample();
  await using socket = await TestSocket.connect(sample, { authorization: 'Bearer good-ann_old' });
  socket.send({ type: 'ping', payload: { authorization: 'Bearer bad' } });
  expect((await socket.untilClosed()).code).toBe(4403);
});

test('an ordinary ping changes nothing', async () => {
  await using sample = await startSample();
  await using socket = await TestSocket.connect(sample, { authorization: 'Bearer good-ann' });
  socket.send({ type: 'ping', payload: { anything: 1 } });
  await socket.message('pong');
  expect(await socket.run({ query: '{ me }' })).toEqual([{ data: { me: 'ann' } }]);
});
