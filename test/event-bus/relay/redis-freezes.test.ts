import { expect, test } from 'vitest';
import { append, sampleAppend } from '../../event-store/sample-events.ts';
import { ConnectionSwitch } from '../../support/connection-switch.ts';
import { startInstalledRedis } from '../../support/redis-server.ts';
import { waitFor } from '../../support/wait-for.ts';
import { type BusNode, startTwoNodes } from './two-nodes.ts';

const PASSWORD = 'canary-secret-of-a-frozen-redis';
/** Longer than the pause of a relay that knows of the loss; one that does not would wait for ten minutes. */
const SOON_MS = 2_000;

const untilHealthy = (nodes: readonly BusNode[], expected: boolean) =>
  waitFor(() => nodes.every((node) => node.bus.hints.healthy === expected), {
    describe: `the nodes to be ${expected ? 'well' : 'cut off'}`,
  });

test('while Redis keeps its connections and answers nothing, events come by polling, and by hints once it answers', async () => {
  await using redis = await startInstalledRedis(PASSWORD, { requirepass: PASSWORD, save: '""', loglevel: 'warning' });
  await using line = await ConnectionSwitch.listen(redis.url);
  await using nodes = await startTwoNodes({ redisUrl: line.url, channel: 'log', pollMaxMs: 600_000 });
  const { a, b } = nodes;
  let head = 0;
  const delivers = async (timeoutMs = SOON_MS): Promise<void> => {
    await append(a.database.sql, sampleAppend('a'));
    a.bus.relay.wake();
    head += 1;
    await waitFor(() => b.bus.tail.head === head, { describe: `event ${head} on the other node`, timeoutMs });
  };
  await untilHealthy([a, b], true);
  await delivers();
  {
    using _frozen = redis.freeze();
    // The first may be what the relay is told of the loss for.
    for (const timeoutMs of [2 * SOON_MS, SOON_MS, SOON_MS]) await delivers(timeoutMs);
    expect([a.bus.hints.healthy, b.bus.hints.healthy]).toEqual([false, false]);
  }
  await untilHealthy([a, b], true);
  await delivers();

  // Longer: until connections are given up, and one of those made anew as well.
  const { accepted } = line;
  {
    using _frozen = redis.freeze();
    await untilHealthy([a, b], false);
    await waitFor(() => line.accepted >= accepted + 4, { describe: 'further connections', timeoutMs: 20_000 });
    await delivers();
  }
  await untilHealthy([a, b], true);
  await delivers();
  expect(a.bus.relay.healthy && b.bus.relay.healthy).toBe(true);
});
