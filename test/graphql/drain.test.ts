import { describe, expect, test } from 'vitest';
import { OpenStream, post, TestSocket } from '../support/graphql-requests.ts';
import { startSample } from '../support/sample-transport.ts';
import type { SampleTransport } from '../support/sample-transport.ts';
import { waitFor } from '../support/wait-for.ts';

const LONG_MS = 20_000;
const started = (sample: SampleTransport, what: string): Promise<unknown> =>
  waitFor(() => sample.probe.log.includes(what), { describe: what });

describe('a drain', () => {
  test('lets requests in flight finish and takes no new connection', async () => {
    await using sample = await startSample();
    const held = post(sample, { query: 'mutation { hold(gate: "g") }' });
    await started(sample, 'hold g');
    const drained = sample.transport.drain(LONG_MS);
    await expect(post(sample, { query: '{ hello }' })).rejects.toThrow('fetch failed');
    sample.probe.open('g');
    expect((await held).body).toEqual({ data: { hold: 'g' } });
    await drained;
  });

  test('closes sockets with 1001 once their queries and mutations are answered', async () => {
    await using sample = await startSample();
    await using busy = await TestSocket.connect(sample);
    await using idle = await TestSocket.connect(sample);
    busy.subscribe('1', { query: 'mutation { hold(gate: "g") }' });
    await started(sample, 'hold g');
    const drained = sample.transport.drain(LONG_MS);
    expect(await idle.untilClosed()).toEqual({ code: 1001, reason: 'Going away' });
    expect(await busy.run({ query: '{ hello }' })).toMatchObject([
      { errors: [{ extensions: { code: 'SERVICE_UNAVAILABLE' } }] },
    ]);
    expect(busy.closed).toBeUndefined();
    sample.probe.open('g');
    expect((await busy.untilClosed()).code).toBe(1001);
    expect(busy.of('1').map(({ type }) => type)).toEqual(['next', 'complete']);
    await drained;
  });

  test('does not wait for subscriptions, and does not call them complete', async () => {
    await using sample = await startSample();
    await using socket = await TestSocket.connect(sample);
    socket.subscribe('1', { query: 'subscription { held(gate: "never") }' });
    await socket.message('next', '1');
    await using stream = await OpenStream.open(sample, { query: 'subscription { held(gate: "never") }' });
    await waitFor(() => stream.results.length === 1, { describe: 'the first event' });
    await sample.transport.drain(LONG_MS);
    expect((await socket.untilClosed()).code).toBe(1001);
    expect(socket.of('1').map(({ type }) => type)).toEqual(['next']);
    await stream.untilEnded();
    expect(stream.isComplete).toBe(false);
    expect(stream.text).not.toContain('broken');
  });

  test('cuts what is not over in time', async () => {
    await using sample = await startSample();
    await using socket = await TestSocket.connect(sample);
    socket.subscribe('1', { query: 'mutation { hold(gate: "never") }' });
    const held = post(sample, { query: 'mutation { hold(gate: "nor-this") }' });
    held.catch(() => undefined);
    await started(sample, 'hold never');
    await started(sample, 'hold nor-this');
    await sample.transport.drain(50);
    expect((await socket.untilClosed()).code).toBe(1006);
    await expect(held).rejects.toThrow('fetch failed');
  });

  test('happens once: later calls wait for the first', async () => {
    await using sample = await startSample();
    const held = post(sample, { query: 'mutation { hold(gate: "g") }' });
    await started(sample, 'hold g');
    const first = sample.transport.drain(LONG_MS);
    const second = sample.transport.drain(1);
    sample.probe.open('g');
    await Promise.all([first, second]);
    expect((await held).body).toEqual({ data: { hold: 'g' } });
  });
});
