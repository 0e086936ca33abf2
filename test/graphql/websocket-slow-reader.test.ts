import { expect, test } from 'vitest';
import { TestSocket } from '../support/graphql-requests.ts';
import { startSample } from '../support/sample-transport.ts';
import { waitFor } from '../support/wait-for.ts';

test('a client that asks without reading is no longer read itself, and goes on when it reads', async () => {
  await using sample = await startSample({ limits: { operationsPerSocket: 1000 } });
  await using socket = await TestSocket.connect(sample);
  socket.socket.pause();
  const name = 'x'.repeat(60_000);
  const query = 'query ($n: String) { hello(name: $n) }';
  for (let id = 1; id <= 500; id += 1) socket.subscribe(String(id), { query, variables: { n: name } });
  const handled = (): number => sample.logs.filter(({ msg }) => msg === 'operation').length;
  let before = -1;
  await waitFor(
    () => {
      const isStill = handled() === before && before > 0;
      before = handled();
      return isStill;
    },
    { describe: 'the server to stop reading' },
  );
  expect(handled()).toBeLessThan(500);
  socket.socket.resume();
  await socket.message('complete', '500');
  expect(handled()).toBe(500);
});
