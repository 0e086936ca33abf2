import { expect, test } from 'vitest';
import { OpenStream, TestSocket } from '../support/graphql-requests.ts';
import { startSample } from '../support/sample-transport.ts';
import { waitFor } from '../support/wait-for.ts';

const SILENT = { query: 'subscription { silent }' };
const ANN = { authorization: 'Bearer good-ann' };
const BOB = { authorization: 'Bearer good-bob' };

test('one address has so many sockets and event streams together, and another when one of them is gone', async () => {
  await using sample = await startSample({ limits: { connectionsPerAddress: 2 } });
  await using socket = await TestSocket.open(sample);
  await using stream = await OpenStream.open(sample, SILENT);
  await waitFor(() => sample.probe.log.includes('silent started'), { describe: 'the stream' });

  await expect(TestSocket.open(sample)).rejects.toThrow('429');
  await using refused = await OpenStream.open(sample, SILENT);
  expect(await refused.untilEnded()).toMatchObject([{ errors: [{ extensions: { code: 'RATE_LIMITED' } }] }]);

  stream.leave();
  await waitFor(() => sample.transport.connectionCount === 1, { describe: 'the stream to be gone' });
  await using next = await TestSocket.open(sample);
  expect([socket.closed, next.closed]).toEqual([undefined, undefined]);
});

test('one person has so many, whatever the address, and leaves others theirs', async () => {
  await using sample = await startSample({ limits: { connectionsPerUser: 2 } });
  await using first = await TestSocket.connect(sample, ANN);
  await using _stream = await OpenStream.open(sample, SILENT, ANN);
  await waitFor(() => sample.probe.log.includes('silent started'), { describe: 'the stream' });

  await using refused = await TestSocket.open(sample);
  refused.send({ type: 'connection_init', payload: ANN });
  expect(await refused.untilClosed()).toEqual({ code: 1013, reason: 'Too many connections' });
  await using refusedStream = await OpenStream.open(sample, SILENT, ANN);
  expect(await refusedStream.untilEnded()).toMatchObject([{ errors: [{ extensions: { code: 'RATE_LIMITED' } }] }]);
  await using bob = await TestSocket.connect(sample, BOB);
  expect(await bob.run({ query: '{ me }' })).toEqual([{ data: { me: 'bob' } }]);

  first.socket.close();
  await waitFor(() => sample.transport.connectionCount === 2, { describe: 'the socket to be gone' });
  await using next = await TestSocket.connect(sample, ANN);
  expect(await next.run({ query: '{ me }' })).toEqual([{ data: { me: 'ann' } }]);
});

test('a socket that sends faster than it may is read no faster, and loses nothing', async () => {
  await using sample = await startSample({ limits: { socketMessagesPerSecond: 20, operationsPerSocket: 100 } });
  await using socket = await TestSocket.connect(sample);
  for (let id = 1; id <= 60; id += 1) socket.subscribe(String(id), { query: '{ hello }' });
  await socket.message('complete', '60');
  for (let id = 1; id <= 60; id += 1)
    expect(socket.of(String(id)).map(({ type }) => type)).toEqual(['next', 'complete']);
});
