import { expect, test } from 'vitest';
import { append, sampleAppend } from '../../event-store/sample-events.ts';
import { ConnectionSwitch } from '../../support/connection-switch.ts';
import { startRedis } from '../../support/redis-server.ts';
import { waitFor } from '../../support/wait-for.ts';
import { startTwoNodes } from './two-nodes.ts';

test('connections that stay open and bring nothing any more are noticed, and made anew', async () => {
  await using redis = await startRedis();
  await using line = await ConnectionSwitch.listen(redis.url);
  // Ten minutes: without a hint or knowledge of the loss nothing comes.
  await using nodes = await startTwoNodes({ redisUrl: line.url, channel: 'log', pollMaxMs: 600_000 });
  const { a, b } = nodes;
  let head = 0;
  const delivers = async (): Promise<void> => {
    await append(a.database.sql, sampleAppend('a'));
    a.bus.relay.wake();
    head += 1;
    await waitFor(() => b.bus.tail.head === head, { describe: `event ${head} on the other node`, timeoutMs: 5_000 });
  };
  const untilHealthy = (expected: boolean) =>
    waitFor(() => [a, b].every((node) => node.bus.hints.healthy === expected), {
      describe: `the nodes to be ${expected ? 'well' : 'cut off'}`,
    });
  await untilHealthy(true);
  await delivers();

  const { accepted } = line;
  line.forget();
  await delivers();
  await untilHealthy(false);
  await delivers();

  await untilHealthy(true);
  // Of each node the one that listens, and of the one that told of events also that by which it did.
  await waitFor(() => line.accepted >= accepted + 3, { describe: 'further connections' });
  for (let round = 0; round < 3; round++) await delivers();
  expect(a.bus.relay.healthy && b.bus.relay.healthy).toBe(true);
});
