import { expect, test } from 'vitest';
import { LogTail } from '../../../src/event-bus/log-tail.ts';
import { openTaggedCache } from '../../../src/event-bus/tagged-cache.ts';
import { aggregateTag } from '../../../src/event-bus/event-tags.ts';
import { caughtUp, createCacheDeployment, readName, sampleTags } from './cache-nodes.ts';

const LIMITS = { maxItems: 100, maxBytes: 1024 * 1024, localTtlMs: 10_000, sharedTtlMs: 60_000 };

test('what a slow load read before a change is given to nobody who asks after it', async () => {
  await using deployment = await createCacheDeployment();
  await using node = await deployment.startNode();
  await using other = await deployment.startNode();
  const shelf = await node.openShelf('old');
  await Promise.all([caughtUp(node), caughtUp(other)]);
  const read = Promise.withResolvers<void>();
  const held = Promise.withResolvers<void>();

  const slow = node.cache.getOrLoad({
    key: ['shelf name', shelf],
    tags: [aggregateTag('Shelf', shelf)],
    load: async () => {
      const name = await readName(node.database, shelf);
      read.resolve();
      await held.promise;
      return name;
    },
  });
  await read.promise;
  await other.rename(shelf, 'new');
  await Promise.all([caughtUp(node), caughtUp(other)]);
  expect(await node.nameOf(shelf)).toBe('new');
  held.resolve();

  expect(await slow).toBe('old');
  expect(await node.nameOf(shelf)).toBe('new');
  expect(await other.nameOf(shelf)).toBe('new');
});

test('an old answer that a node behind the log puts into Redis is refused by nodes that know of the change', async () => {
  await using deployment = await createCacheDeployment();
  await using node = await deployment.startNode();
  const shelf = await node.openShelf('old');
  await caughtUp(node);
  // Nobody advances this tail: a node whose relay stands still, and does not notice.
  const tail = new LogTail(node.bus.log, { capacity: 64, batch: 64 });
  await tail.start();
  const behind = openTaggedCache({
    tail,
    relay: node.bus.relay,
    tags: sampleTags,
    redis: node.redis,
    channel: deployment.channel,
    config: LIMITS,
  });
  const oldName = await readName(node.database, shelf);
  await node.rename(shelf, 'new');
  await caughtUp(node);

  const asked = { key: ['shelf name', shelf], tags: [aggregateTag('Shelf', shelf)] } as const;
  expect(await behind.getOrLoad({ ...asked, load: async () => oldName })).toBe('old');

  expect(await node.nameOf(shelf)).toBe('new');
  expect(node.loads()).toBe(1);
});
