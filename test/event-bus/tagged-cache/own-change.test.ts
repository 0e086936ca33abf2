import { expect, test } from 'vitest';
import { transact } from '../../../src/database/transact.ts';
import { LogTail } from '../../../src/event-bus/log-tail.ts';
import { aggregateTag } from '../../../src/event-bus/event-tags.ts';
import { openTaggedCache } from '../../../src/event-bus/tagged-cache.ts';
import { currentEventContext } from '../../../src/event-store/event-context.ts';
import { inCommand } from '../../event-store/sample-database.ts';
import { Shelf } from '../../event-store/sample-library.ts';
import { caughtUp, createCacheDeployment, readName, sampleTags } from './cache-nodes.ts';

const LIMITS = { maxItems: 100, maxBytes: 1024 * 1024, localTtlMs: 10_000, sharedTtlMs: 60_000 };

test('what a node has committed itself it reads from the database until it has seen it in the log', async () => {
  await using deployment = await createCacheDeployment(null);
  await using node = await deployment.startNode();
  const shelf = await node.openShelf('old');
  await caughtUp(node);
  const tail = new LogTail(node.bus.log, { capacity: 64, batch: 64 });
  await tail.start();
  const cache = openTaggedCache({
    tail,
    relay: node.bus.relay,
    tags: sampleTags,
    redis: null,
    channel: deployment.channel,
    config: LIMITS,
  });
  let loads = 0;
  const read = (): Promise<string | null> =>
    cache.getOrLoad({
      key: ['shelf name', shelf],
      tags: [aggregateTag('Shelf', shelf)],
      load: () => {
        loads++;
        return readName(node.database, shelf);
      },
    });
  const rename = (name: string, fails: boolean): Promise<unknown> =>
    inCommand(() =>
      transact(node.database, async (em) => {
        (await em.findOneOrFail(Shelf, { id: shelf })).rename(name);
        await em.flush();
        const recorded = currentEventContext()?.recorded ?? [];
        cache.expect(recorded);
        if (fails) cache.forget(recorded);
        if (fails) throw new Error('no');
      }),
    );
  await read();

  await expect(rename('never', true)).rejects.toThrow('no');
  expect(await read()).toBe('old');
  expect(loads).toBe(1);

  await rename('new', false);
  expect(await read()).toBe('new');
  expect(await read()).toBe('new');
  expect(loads).toBe(3);

  await caughtUp(node);
  await tail.advance();
  expect(await read()).toBe('new');
  expect(await read()).toBe('new');
  expect(loads).toBe(4);
});

test('inside a transaction the cache refuses to answer', async () => {
  await using deployment = await createCacheDeployment(null);
  await using node = await deployment.startNode();
  await expect(transact(node.database, () => node.nameOf('any'))).rejects.toThrow('inside a transaction');
});
