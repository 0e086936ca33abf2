import { expect, test } from 'vitest';
import { openSampleDatabase } from '../../event-store/sample-database.ts';
import { append, sampleAppend } from '../../event-store/sample-events.ts';
import { startRedis } from '../../support/redis-server.ts';
import { waitFor } from '../../support/wait-for.ts';
import { startBus } from './two-nodes.ts';

test('a node starts and delivers without Redis, listens once Redis comes, and stops without it', async () => {
  await using redis = await startRedis();
  await redis.stop();
  await using sample = await openSampleDatabase();
  const options = { redisUrl: redis.url, channel: 'log', pollMaxMs: 50 };
  const bus = await startBus(sample, options);
  expect(bus.hints.healthy).toBe(false);

  await append(sample.database.sql, sampleAppend('a', 2));
  bus.relay.wake();
  await waitFor(() => bus.tail.head === 2, { describe: 'the events without Redis' });

  await redis.restart();
  await waitFor(() => bus.hints.healthy, { describe: 'the node to listen' });
  await redis.stop();
  await bus[Symbol.asyncDispose]();
  expect(bus.hints.healthy).toBe(false);
});
