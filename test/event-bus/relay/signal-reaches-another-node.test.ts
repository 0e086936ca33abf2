import { expect, test } from 'vitest';
import { createTestRedis } from '../../support/test-redis.ts';
import { waitFor } from '../../support/wait-for.ts';
import { startTwoNodes } from './two-nodes.ts';

test('a signal wakes who waits for it on every node, also one raised before the wait, and nobody else', async () => {
  await using redis = await createTestRedis();
  const channel = `${redis.channelPrefix}log`;
  await using nodes = await startTwoNodes({ redisUrl: redis.url, channel, pollMaxMs: 600_000 });
  const { a, b } = nodes;
  await waitFor(() => a.bus.hints.healthy && b.bus.hints.healthy, { describe: 'both nodes to listen' });
  using here = a.bus.signals.listen('projection:sample');
  using there = b.bus.signals.listen('projection:sample');
  using stranger = b.bus.signals.listen('projection:other');
  let strangerWoke = false;
  const abort = new AbortController();
  const strangerWaits = stranger.wait(600_000, abort.signal).then(() => (strangerWoke = !abort.signal.aborted));

  a.bus.signals.raise('projection:sample');
  await here.wait(600_000);
  await there.wait(600_000);
  b.bus.signals.raise('projection:sample');
  await there.wait(600_000);
  await here.wait(600_000);

  expect(strangerWoke).toBe(false);
  abort.abort();
  await strangerWaits;
});
