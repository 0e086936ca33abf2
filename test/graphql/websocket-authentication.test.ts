import { expect, test } from 'vitest';
import { TestSocket } from '../support/graphql-requests.ts';
import { startSample } from '../support/sample-transport.ts';

test.each([
  ['authorization', { authorization: 'Bearer good-ann' }],
  ['Authorization', { Authorization: 'Bearer good-ann' }],
  ['token', { token: 'good-ann' }],
])('a socket speaks for the viewer named by "%s"', async (_name, payload) => {
  await using sample = await startSample();
  await using socket = await TestSocket.connect(sample, payload);
  expect(await socket.run({ query: '{ me }' })).toEqual([{ data: { me: 'ann' } }]);
});

test.each([undefined, {}, { other: 1 }])('a socket without a token is anonymous: %j', async (payload) => {
  await using sample = await startSample();
  await using socket = await TestSocket.connect(sample, payload);
  expect(await socket.run({ query: '{ me }' })).toEqual([{ data: { me: null } }]);
});

test('a refused token closes the socket with 4403, and nothing sent meanwhile runs', async () => {
  await using sample = await startSample();
  await using socket = await TestSocket.open(sample);
  socket.send({ type: 'connection_init', payload: { authorization: 'Bearer bad' } });
  socket.subscribe('1', { query: 'mutation { greet }' });
  expect((await socket.untilClosed()).code).toBeOneOf([4401, 4403]);
  expect(socket.messages).toEqual([]);
  expect(sample.logs.filter(({ msg }) => msg === 'operation')).toEqual([]);
});

test('a refused token alone closes it with 4403', async () => {
  await using sample = await startSample();
  await using socket = await TestSocket.open(sample);
  socket.send({ type: 'connection_init', payload: { authorization: 'Bearer bad' } });
  expect(await socket.untilClosed()).toEqual({ code: 4403, reason: 'Forbidden' });
});

test('an unexpected error at the start says nothing and lets the client come back', async () => {
  await using sample = await startSample();
  await using socket = await TestSocket.open(sample);
  socket.send({ type: 'connection_init', payload: { authorization: 'Bearer crash' } });
  expect(await socket.untilClosed()).toEqual({ code: 1013, reason: 'Try again later' });
});

test('each operation gets a context of its own', async () => {
  await using sample = await startSample();
  await using socket = await TestSocket.connect(sample);
  await socket.run({ query: '{ me }' });
  await socket.run({ query: '{ me }' });
  expect(sample.probe.contexts).toBe(3);
  expect(new Set(sample.requests.map(({ signal }) => signal)).size).toBe(3);
});

test('the headers editor of GraphiQL speaks for one operation only', async () => {
  await using sample = await startSample();
  await using socket = await TestSocket.connect(sample);
  const extensions = { headers: { Authorization: 'Bearer good-ann' } };
  expect(await socket.run({ query: '{ me }', extensions })).toEqual([{ data: { me: 'ann' } }]);
  expect(await socket.run({ query: '{ me }' })).toEqual([{ data: { me: null } }]);
});
