import { expect, test } from 'vitest';
import { ConnectionSwitch } from '../../support/connection-switch.ts';
import { startInstalledRedis } from '../../support/redis-server.ts';
import { waitFor } from '../../support/wait-for.ts';
import { HintsBetween } from './hints-between.ts';
import { startTwoNodes } from './two-nodes.ts';

const PASSWORD = 'canary-secret-of-a-frozen-redis';
/** Longer than the pause of a relay that knows of the loss; one that does not would wait for ten minutes. */
const SOON_MS = 2_000;

test('while Redis keeps its connections and answers nothing, events come by polling, and by hints once it answers', async () => {
  await using redis = await startInstalledRedis(PASSWORD, { requirepass: PASSWORD, save: '""', loglevel: 'warning' });
  await using line = await ConnectionSwitch.listen(redis.url);
  await using nodes = await startTwoNodes({ redisUrl: line.url, channel: 'log', pollMaxMs: 600_000 });
  const { a, b } = nodes;
  const hints = new HintsBetween(nodes);
  await hints.until('healthy');
  await hints.deliver(1, SOON_MS);
  {
    using _frozen = redis.freeze();
    // The first may be what the relay is told of the loss for.
    for (const timeoutMs of [2 * SOON_MS, SOON_MS, SOON_MS]) await hints.deliver(1, timeoutMs);
    expect([a.bus.hints.healthy, b.bus.hints.healthy]).toEqual([false, false]);
  }
  await hints.until('healthy');
  await hints.deliver(1, SOON_MS);

  // Longer: until connections are given up, and one of those made anew as well.
  const { accepted } = line;
  {
    using _frozen = redis.freeze();
    await hints.until('cut off');
    await waitFor(() => line.accepted >= accepted + 4, { describe: 'further connections', timeoutMs: 20_000 });
    await hints.deliver(1, SOON_MS);
  }
  await hints.until('healthy');
  await hints.deliver(1, SOON_MS);
  expect(a.bus.relay.healthy && b.bus.relay.healthy).toBe(true);
});
