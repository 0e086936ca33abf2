import { describe, expect, test } from 'vitest';
import { OpenStream, TestSocket } from '../support/graphql-requests.ts';
import { startSample } from '../support/sample-transport.ts';
import type { SampleTransport } from '../support/sample-transport.ts';
import { waitFor } from '../support/wait-for.ts';

const SILENT = { query: 'subscription Quiet { silent }' };
/** Its generator waits for something that never happens and never looks at the signal. */
const IGNORANT = { query: 'subscription Deaf { ignorant }' };

const happened = (sample: SampleTransport, what: string): Promise<unknown> =>
  waitFor(() => sample.probe.log.includes(what), { describe: what });
const isLogged = (sample: SampleTransport, operation: string): Promise<unknown> =>
  waitFor(() => sample.logs.some((line) => line['operation'] === operation && line['code'] === 'OK'), {
    describe: `the end of ${operation}`,
  });

describe('a subscription ends on the server', () => {
  test('when the client completes it', async () => {
    await using sample = await startSample();
    await using socket = await TestSocket.connect(sample);
    socket.subscribe('1', SILENT);
    await happened(sample, 'silent started');
    socket.send({ type: 'complete', id: '1' });
    await happened(sample, 'silent ended');
    await isLogged(sample, 'Quiet');
    expect(await socket.run({ query: '{ hello }' })).toEqual([{ data: { hello: 'Hello world' } }]);
    expect(socket.of('1')).toEqual([]);
  });

  test.each(['close', 'terminate'] as const)('when the socket goes away by %s', async (how) => {
    await using sample = await startSample();
    await using socket = await TestSocket.connect(sample);
    socket.subscribe('1', SILENT);
    await happened(sample, 'silent started');
    socket.socket[how]();
    await happened(sample, 'silent ended');
    await waitFor(() => sample.transport.connectionCount === 0, { describe: 'no connection' });
    expect(sample.logs.filter(({ level }) => Number(level) >= 50)).toEqual([]);
  });

  test('when the reader of an event stream goes away', async () => {
    await using sample = await startSample();
    await using stream = await OpenStream.open(sample, SILENT);
    await happened(sample, 'silent started');
    expect(sample.transport.connectionCount).toBe(1);
    stream.leave();
    await happened(sample, 'silent ended');
    await waitFor(() => sample.transport.connectionCount === 0, { describe: 'no connection' });
    expect(sample.logs.filter(({ level }) => Number(level) >= 50)).toEqual([]);
  });

  test('and its place on the socket is free even if its generator hears nothing', async () => {
    await using sample = await startSample({ limits: { operationsPerSocket: 1 } });
    await using socket = await TestSocket.connect(sample);
    socket.subscribe('1', IGNORANT);
    await socket.message('next', '1');
    expect(await socket.run({ query: '{ hello }' })).toMatchObject([
      { errors: [{ extensions: { code: 'RATE_LIMITED' } }] },
    ]);
    socket.send({ type: 'complete', id: '1' });
    await isLogged(sample, 'Deaf');
    expect(await socket.run({ query: '{ hello }' })).toEqual([{ data: { hello: 'Hello world' } }]);
  });

  test('and releases the iterator that its resolver made', async () => {
    await using sample = await startSample();
    await using socket = await TestSocket.connect(sample);
    socket.subscribe('1', { query: 'subscription { handmade }' });
    await happened(sample, 'handmade asked');
    socket.send({ type: 'complete', id: '1' });
    await happened(sample, 'handmade released');
    expect(sample.probe.log).toEqual(['handmade asked', 'handmade released']);
  });

  test('as an event stream even if its generator hears nothing', async () => {
    await using sample = await startSample();
    await using stream = await OpenStream.open(sample, IGNORANT);
    await waitFor(() => stream.results.length === 1, { describe: 'the first event' });
    stream.leave();
    await isLogged(sample, 'Deaf');
    await waitFor(() => sample.transport.connectionCount === 0, { describe: 'no connection' });
    expect(sample.logs.filter(({ level }) => Number(level) >= 50)).toEqual([]);
  });
});
