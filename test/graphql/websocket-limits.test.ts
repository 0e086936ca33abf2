import { expect, test } from 'vitest';
import { TestSocket } from '../support/graphql-requests.ts';
import { startSample } from '../support/sample-transport.ts';
import { waitFor } from '../support/wait-for.ts';

test('a socket that does not introduce itself is closed', async () => {
  await using sample = await startSample({ limits: { connectionInitMs: 50 } });
  await using socket = await TestSocket.open(sample);
  expect((await socket.untilClosed()).code).toBe(4408);
});

test('a message larger than 100 KiB closes the socket and nothing else', async () => {
  await using sample = await startSample();
  await using other = await TestSocket.connect(sample);
  await using socket = await TestSocket.connect(sample);
  socket.subscribe('1', { query: '{ hello }', variables: { pad: 'x'.repeat(100 * 1024) } });
  expect((await socket.untilClosed()).code).toBe(1009);
  expect(await other.run({ query: '{ hello }' })).toEqual([{ data: { hello: 'Hello world' } }]);
});

test('one socket runs 20 operations at once, and another when one of them is over', async () => {
  await using sample = await startSample();
  await using socket = await TestSocket.connect(sample);
  for (let id = 1; id <= 20; id += 1) socket.subscribe(String(id), { query: `{ wait(gate: "${id}") }` });
  await waitFor(() => sample.probe.log.length === 20, { describe: '20 running operations' });
  expect(await socket.run({ query: '{ hello }' })).toMatchObject([
    { errors: [{ extensions: { code: 'RATE_LIMITED' } }] },
  ]);
  sample.probe.open('7');
  await socket.message('complete', '7');
  expect(await socket.run({ query: '{ hello }' })).toEqual([{ data: { hello: 'Hello world' } }]);
});

test.each([
  ['no JSON', 'x', 4400],
  ['an unknown message', '{"type":"x"}', 4400],
  ['a message that only servers send', '{"type":"next","id":"1","payload":{}}', 4400],
  ['a subscribe without a query', '{"type":"subscribe","id":"1","payload":{}}', 4400],
  ['a second introduction', '{"type":"connection_init"}', 4429],
])('%s closes the socket with its code', async (_name, text, code) => {
  await using sample = await startSample();
  await using socket = await TestSocket.connect(sample);
  socket.socket.send(text);
  expect((await socket.untilClosed()).code).toBe(code);
});

test('an operation before the introduction closes the socket', async () => {
  await using sample = await startSample();
  await using socket = await TestSocket.open(sample);
  socket.subscribe('1', { query: '{ hello }' });
  expect((await socket.untilClosed()).code).toBe(4401);
});

test('a binary message closes the socket', async () => {
  await using sample = await startSample();
  await using socket = await TestSocket.connect(sample);
  socket.socket.send(Buffer.from('{"type":"ping"}'));
  expect((await socket.untilClosed()).code).toBe(1003);
});
