import { expect, test } from 'vitest';
import { TestSocket } from '../support/graphql-requests.ts';
import { startSample } from '../support/sample-transport.ts';
import { waitFor } from '../support/wait-for.ts';

const WAIT = { query: '{ wait(gate: "never") }' };

test('a query over HTTP is aborted when its client goes away', async () => {
  await using sample = await startSample();
  const abort = new AbortController();
  const headers = { 'content-type': 'application/json' };
  const request = fetch(sample.url, { method: 'POST', headers, body: JSON.stringify(WAIT), signal: abort.signal });
  await waitFor(() => sample.probe.log.includes('wait never'), { describe: 'the query to run' });
  abort.abort();
  await expect(request).rejects.toThrow('aborted');
  await waitFor(() => sample.probe.log.includes('aborted never'), { describe: 'the query to stop' });
});

test.each(['complete', 'close'])('a query over WebSocket is aborted by %s', async (how) => {
  await using sample = await startSample();
  await using socket = await TestSocket.connect(sample);
  socket.subscribe('1', WAIT);
  await waitFor(() => sample.probe.log.includes('wait never'), { describe: 'the query to run' });
  if (how === 'complete') socket.send({ id: '1', type: 'complete' });
  else socket.socket.close();
  await waitFor(() => sample.probe.log.includes('aborted never'), { describe: 'the query to stop' });
  expect(sample.probe.log).not.toContain('done never');
});
