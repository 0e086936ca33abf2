import { expect, test } from 'vitest';
import { ConnectionSwitch } from '../../support/connection-switch.ts';
import { startInstalledRedis } from '../../support/redis-server.ts';
import { waitFor } from '../../support/wait-for.ts';
import { HintsBetween } from './hints-between.ts';
import { startTwoNodes } from './two-nodes.ts';

const PASSWORD = 'canary-secret-of-a-frozen-redis';

test('while Redis keeps its connections and answers nothing, events come by polling, and by hints once it answers', async () => {
  await using redis = await startInstalledRedis(PASSWORD, { requirepass: PASSWORD, save: '""', loglevel: 'warning' });
  await using line = await ConnectionSwitch.listen(redis.url);
  await using nodes = await startTwoNodes({ redisUrl: line.url, channel: 'log', pollMaxMs: 600_000 });
  const { a, b } = nodes;
  const hints = new HintsBetween(nodes);
  await hints.until('healthy');
  await hints.deliver(1);
  {
    using _frozen = redis.freeze();
    await hints.deliver(3);
    expect([a.bus.hints.healthy, b.bus.hints.healthy]).toEqual([false, false]);
  }
  await hints.until('healthy');
  await hints.deliver(1);

  // Longer: until connections are given up, and one of those made anew as well.
  const { accepted } = line;
  {
    using _frozen = redis.freeze();
    await hints.until('cut off');
    await waitFor(() => line.accepted >= accepted + 4, { describe: 'further connections', timeoutMs: 20_000 });
    await hints.deliver(1);
  }
  await hints.until('healthy');
  await hints.deliver(1);
  expect(a.bus.relay.healthy && b.bus.relay.healthy).toBe(true);
});
