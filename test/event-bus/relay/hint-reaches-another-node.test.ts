import { expect, test } from 'vitest';
import { append, sampleAppend } from '../../event-store/sample-events.ts';
import { createTestRedis } from '../../support/test-redis.ts';
import { waitFor } from '../../support/wait-for.ts';
import { startTwoNodes } from './two-nodes.ts';

test('an event that one node numbers reaches the other by a hint, although that would not poll for minutes', async () => {
  await using redis = await createTestRedis();
  const channel = `${redis.channelPrefix}log`;
  await using nodes = await startTwoNodes({ redisUrl: redis.url, channel, pollMaxMs: 600_000 });
  const { a, b } = nodes;
  await waitFor(() => a.bus.hints.healthy && b.bus.hints.healthy, { describe: 'both nodes to listen' });

  for (let round = 1; round <= 5; round++) {
    const [from, to] = round % 2 === 0 ? [b, a] : [a, b];
    await append(from.database.sql, sampleAppend('a'));
    from.bus.relay.wake();
    await waitFor(() => to.bus.tail.head === round, { describe: `event ${round} on the other node` });
  }

  expect(a.bus.relay.healthy && b.bus.relay.healthy).toBe(true);
});
