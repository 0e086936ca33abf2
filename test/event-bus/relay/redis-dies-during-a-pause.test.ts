import { expect, test } from 'vitest';
import { append, sampleAppend } from '../../event-store/sample-events.ts';
import { startRedis } from '../../support/redis-server.ts';
import { waitFor } from '../../support/wait-for.ts';
import { startTwoNodes } from './two-nodes.ts';

test('when Redis dies while the relay pauses until a hint comes, it does not sleep on', async () => {
  await using redis = await startRedis();
  // Ten minutes: longer than the test.
  await using nodes = await startTwoNodes({ redisUrl: redis.url, channel: 'log', pollMaxMs: 600_000 });
  const { a, b } = nodes;
  await waitFor(() => a.bus.hints.healthy && b.bus.hints.healthy, { describe: 'both nodes to listen' });
  await append(a.database.sql, sampleAppend('a'));
  a.bus.relay.wake();
  // From here on the other node's relay is in its long pause.
  await waitFor(() => b.bus.tail.head === 1, { describe: 'an event by a hint' });

  await redis.kill();
  await waitFor(() => !b.bus.hints.healthy, { describe: 'the other node to notice' });
  await append(a.database.sql, sampleAppend('a'));
  a.bus.relay.wake();

  await waitFor(() => b.bus.tail.head === 2, { describe: 'the first event without hints' });
  expect(b.bus.relay.healthy).toBe(true);
});
