import { expect, test } from 'vitest';
import { ConnectionSwitch } from '../../support/connection-switch.ts';
import { startRedis } from '../../support/redis-server.ts';
import { waitFor } from '../../support/wait-for.ts';
import { HintsBetween } from './hints-between.ts';
import { startTwoNodes } from './two-nodes.ts';

test('connections that stay open and bring nothing any more are noticed, and made anew', async () => {
  await using redis = await startRedis();
  await using line = await ConnectionSwitch.listen(redis.url);
  // Ten minutes: without a hint or knowledge of the loss nothing comes.
  await using nodes = await startTwoNodes({ redisUrl: line.url, channel: 'log', pollMaxMs: 600_000 });
  const { a, b } = nodes;
  const hints = new HintsBetween(nodes);
  await hints.until('healthy');
  await hints.deliver(1);

  const { accepted } = line;
  line.forget();
  await hints.deliver(1);
  await hints.until('cut off');
  await hints.deliver(1);

  await hints.until('healthy');
  // Of each node the one that listens, and of the one that told of events also that by which it did.
  await waitFor(() => line.accepted >= accepted + 3, { describe: 'further connections' });
  await hints.deliver(3);
  expect(a.bus.relay.healthy && b.bus.relay.healthy).toBe(true);
});
