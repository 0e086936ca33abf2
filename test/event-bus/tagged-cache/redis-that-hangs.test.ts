import { Redis } from 'ioredis';
import { expect, test } from 'vitest';
import { openTaggedCache } from '../../../src/event-bus/tagged-cache.ts';
import { withRedis } from '../../support/redis-client.ts';
import { startRedis } from '../../support/redis-server.ts';
import { waitFor } from '../../support/wait-for.ts';
import { createCacheDeployment, sampleTags } from './cache-nodes.ts';

/** Each asks Redis twice: without a time limit the first would never end, and without a pause all together would take too long. */
const READS = 200;

test('a Redis that takes commands and never answers costs a read next to nothing', async () => {
  await using server = await startRedis();
  await using deployment = await createCacheDeployment(null);
  await using node = await deployment.startNode();
  const redis = new Redis(server.url, { retryStrategy: null });
  await waitFor(() => redis.status === 'ready', { describe: 'Redis' });
  const cache = openTaggedCache({
    ...node.bus,
    tags: sampleTags,
    redis,
    channel: deployment.channel,
    config: { maxItems: 1_000, maxBytes: 1024 * 1024, localTtlMs: 10_000, sharedTtlMs: 60_000 },
  });
  await withRedis(server.url, (client) => client.call('CLIENT', 'PAUSE', '60000', 'ALL'));

  for (let number = 0; number < READS; number++) {
    const answer = await cache.getOrLoad({ key: ['number', number], tags: ['numbers'], load: async () => number });
    expect(answer).toBe(number);
  }
  redis.disconnect();
});
