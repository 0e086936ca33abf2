import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Hint, SignalHint } from '../../../src/event-bus/hint-bus.ts';
import { openRedisHintBus } from '../../../src/event-bus/redis-hint-bus.ts';
import { silentLogger } from '../../event-store/sample-database.ts';
import { append, sampleAppend } from '../../event-store/sample-events.ts';
import { withRedis } from '../../support/redis-client.ts';
import { createTestRedis } from '../../support/test-redis.ts';
import { waitFor } from '../../support/wait-for.ts';
import { startTwoNodes } from './two-nodes.ts';

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
  JSON.stringify({ head: 7, node, signal: 'jobs' }),
  JSON.stringify({ signal: '', node }),
  JSON.stringify({ signal: 'x'.repeat(101), node }),
  JSON.stringify({ signal: 7, node }),
  `{"head":1e400,"node":"${node}"}`,
  `{"__proto__":{"head":7},"head":7,"node":"${node}"}`,
  '['.repeat(10_000),
  'x'.repeat(1_000_000),
  Buffer.from([0xff, 0x00, 0xfe]),
];

test('a malformed hint is not passed on, and the next well-formed one is', async () => {
  await using redis = await createTestRedis();
  const channel = `${redis.channelPrefix}log`;
  const heard: Hint[] = [];
  const signalled: SignalHint[] = [];
  await using bus = openRedisHintBus({
    redis: { kind: 'single', urls: [redis.url], caFile: null, identity: null },
    channel,
    listener: {
      onHint: (hint) => void heard.push(hint),
      onSignal: (hint) => void signalled.push(hint),
      onReconnect: () => undefined,
      onDisconnect: () => undefined,
    },
    logger: silentLogger,
  });
  await waitFor(() => bus.healthy, { describe: 'the subscription' });

  await withRedis(redis.url, async (client) => {
    for (const message of [...malformed, JSON.stringify({ head: 8, node })]) {
      expect(await client.publish(channel, message)).toBe(1);
    }
  });

  await waitFor(() => heard.length > 0, { describe: 'a hint' });
  expect(heard).toEqual([{ head: 8, node }]);
  expect(signalled).toEqual([]);
});

test('a forged hint makes a node look at its log, which it believes more', async () => {
  await using redis = await createTestRedis();
  const channel = `${redis.channelPrefix}log`;
  await using nodes = await startTwoNodes({ redisUrl: redis.url, channel, pollMaxMs: 600_000 });
  const { a, b } = nodes;
  await waitFor(() => a.bus.hints.healthy && b.bus.hints.healthy, { describe: 'both nodes to listen' });
  const forged = [JSON.stringify({ head: Number.MAX_SAFE_INTEGER, node }), JSON.stringify({ head: 0, node })];

  await withRedis(redis.url, async (client) => {
    for (const message of forged) expect(await client.publish(channel, message)).toBe(2);
  });
  for (let round = 1; round <= 3; round++) {
    await append(a.database.sql, sampleAppend('a', 3));
    a.bus.relay.wake();
    await waitFor(() => b.bus.tail.head === 3 * round, { describe: `the events of round ${round} on the other node` });
  }

  expect(a.bus.tail.head).toBe(9);
  expect(a.bus.relay.healthy && b.bus.relay.healthy).toBe(true);
});
