import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { append, sampleAppend } from '../../event-store/sample-events.ts';
import { withRedis } from '../../support/redis-client.ts';
import { createTestRedis } from '../../support/test-redis.ts';
import { waitFor } from '../../support/wait-for.ts';
import { startTwoNodes } from './two-nodes.ts';

test('malformed and forged hints make a node look at its log at most, and the next real one works', async () => {
  await using redis = await createTestRedis();
  const channel = `${redis.channelPrefix}log`;
  await using nodes = await startTwoNodes({ redisUrl: redis.url, channel, pollMaxMs: 600_000 });
  const { a, b } = nodes;
  await waitFor(() => a.bus.hints.healthy && b.bus.hints.healthy, { describe: 'both nodes to listen' });
  const node = randomUUID();
  const malformed = [
    '',
    'null',
    '[]',
    '{}',
    '"hint"',
    '{"head":1',
    JSON.stringify({ head: -1, node }),
    JSON.stringify({ head: 1.5, node }),
    JSON.stringify({ head: '7', node }),
    JSON.stringify({ head: 7, node: 'somebody' }),
    JSON.stringify({ head: 7, node, more: 1 }),
    `{"head":1e400,"node":"${node}"}`,
    `{"__proto__":{"head":7},"head":7,"node":"${node}"}`,
    '['.repeat(10_000),
    'x'.repeat(1_000_000),
    Buffer.from([0xff, 0x00, 0xfe]),
  ];
  const forged = [JSON.stringify({ head: Number.MAX_SAFE_INTEGER, node }), JSON.stringify({ head: 0, node })];

  await withRedis(redis.url, async (client) => {
    for (const message of [...malformed, ...forged]) expect(await client.publish(channel, message)).toBe(2);
  });
  await append(a.database.sql, sampleAppend('a', 3));
  a.bus.relay.wake();
  await waitFor(() => b.bus.tail.head === 3, { describe: 'the events on the other node' });

  expect(a.bus.tail.head).toBe(3);
  expect(a.bus.relay.healthy && b.bus.relay.healthy).toBe(true);
  expect(a.bus.hints.healthy && b.bus.hints.healthy).toBe(true);
});
