import { afterAll, beforeAll, expect, test } from 'vitest';
import { OpenStream, TRANSPORTS } from '../support/graphql-requests.ts';
import { startSample } from '../support/sample-transport.ts';
import type { SampleTransport } from '../support/sample-transport.ts';
import { waitFor } from '../support/wait-for.ts';

let sample: SampleTransport;

beforeAll(async () => {
  sample = await startSample({ limits: { operationTimeoutMs: 100, importTimeoutMs: 20_000 } });
});
afterAll(async () => {
  await sample[Symbol.asyncDispose]();
});

test.each(TRANSPORTS)(
  'over $name a query that takes too long is answered and its work aborted',
  async ({ name, run }) => {
    const [result] = await run(sample, { query: `{ wait(gate: "${name}") }` });
    expect(result?.errors).toMatchObject([
      { message: expect.stringContaining('100 ms') as unknown, extensions: { code: 'SERVICE_UNAVAILABLE' } },
    ]);
    await waitFor(() => sample.probe.log.includes(`aborted ${name}`), { describe: 'the resolver to stop' });
  },
);

test.each(TRANSPORTS)(
  'over $name a mutation that ignores the signal is answered all the same',
  async ({ name, run }) => {
    const [result] = await run(sample, { query: `mutation { hold(gate: "never-${name}") }` });
    expect(result?.errors?.[0]?.extensions.code).toBe('SERVICE_UNAVAILABLE');
  },
);

test('an import has a time limit of its own', async () => {
  const [http] = TRANSPORTS;
  const imported = http?.run(sample, { query: 'mutation { importUsers }' });
  await http?.run(sample, { query: '{ wait(gate: "longer-than-a-query") }' });
  sample.probe.open('import');
  expect(await imported).toEqual([{ data: { importUsers: 'imported' } }]);
});

test('what a mutation had not begun when its time was over is never begun', async () => {
  const [http] = TRANSPORTS;
  await http?.run(sample, { query: 'mutation { hold(gate: "first") second: hold(gate: "second") }' });
  sample.probe.open('first');
  await waitFor(() => sample.probe.log.includes('held first'), { describe: 'the end of the first field' });
  await http?.run(sample, { query: '{ hello }' });
  expect(sample.probe.log).not.toContain('hold second');
});

test('a running subscription has none', async () => {
  await using stream = await OpenStream.open(sample, { query: 'subscription { silent }' });
  await waitFor(() => sample.probe.log.includes('silent started'), { describe: 'the subscription' });
  await TRANSPORTS[0]?.run(sample, { query: '{ wait(gate: "longer-than-that") }' });
  expect(sample.probe.log).not.toContain('silent ended');
  expect(stream.ended).toBe(false);
});
