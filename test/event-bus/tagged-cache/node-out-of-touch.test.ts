import { expect, test } from 'vitest';
import { openTaggedCache } from '../../../src/event-bus/tagged-cache.ts';
import { createCacheDeployment, sampleTags } from './cache-nodes.ts';

test('a node that cannot reach the log answers nothing from memory, until it can again', async () => {
  await using deployment = await createCacheDeployment(null);
  await using node = await deployment.startNode();
  const relay = { healthy: true };
  const cache = openTaggedCache({
    tail: node.bus.tail,
    relay,
    tags: sampleTags,
    redis: null,
    channel: deployment.channel,
    config: { maxItems: 10, maxBytes: 10_240, localTtlMs: 10_000, sharedTtlMs: 60_000 },
  });
  let loads = 0;
  const read = (): Promise<number> => cache.getOrLoad({ key: ['loads'], tags: ['loads'], load: async () => ++loads });

  expect([await read(), await read()]).toEqual([1, 1]);
  relay.healthy = false;
  expect([await read(), await read()]).toEqual([2, 3]);
  relay.healthy = true;
  expect(await read()).toBe(1);
});
