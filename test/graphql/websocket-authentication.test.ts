import { expect, test } from 'vitest';
import { TestSocket } from '../support/graphql-requests.ts';
import { startSample } from '../support/sample-transport.ts';

test.each([
  ['authorization', { authorization: 'Bearer good-ann' }],
  ['Authorization', { Authorization: 'Bearer good-ann' }],
  ['token', { token: 'good-ann' }],
  ['authorization', { token: null, authorization: 'Bearer good-ann' }],
])('a socket speaks for the viewer named by "%s"', async (_name, payload) => {
  await using sample = await startSample();
  await using socket = await TestSocket.connect(sample, payload);
  expect(await socket.run({ query: '{ me }' })).toEqual([{ data: { me: 'ann' } }]);
});

test.each([undefined, {}, { other: 1 }, { token: null }, { authorization: '' }])(
  'a socket without a token is anonymous: %j',
  async (payload) => {
    await using sample = await startSample();
    await using socket = await TestSocket.connect(sample, payload);
    expect(await socket.run({ query: '{ me }' })).toEqual([{ data: { me: null } }]);
  },
);

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

test.each([{ token: 7 }, { authorization: ['Bearer good-ann'] }, { token: { good: 'ann' } }, { token: false }])(
  'credentials that are no text are not taken for none, at the start or later, nor sent back: %j',
  async (payload) => {
    await using sample = await startSample();
    await using socket = await TestSocket.open(sample);
    socket.send({ type: 'connection_init', payload });
    expect(await socket.untilClosed()).toEqual({ code: 4403, reason: 'Forbidden' });
    await using later = await TestSocket.connect(sample);
    later.send({ type: 'ping', payload });
    expect(await later.untilClosed()).toEqual({ code: 4403, reason: 'Forbidden' });
    expect(JSON.stringify(later.messages)).not.toContain('good');
  },
);

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
