import { expect, test } from 'vitest';
import { caughtUp, createCacheDeployment, SHELVES } from './cache-nodes.ts';

test('an answer read from a projection that is behind is not kept', async () => {
  await using deployment = await createCacheDeployment(null);
  await using node = await deployment.startNode();
  await node.openShelf('first');
  await caughtUp(node);
  let projection = { shelves: 0, checkpoint: 0 };
  const read = (): Promise<{ shelves: number; checkpoint: number }> =>
    node.cache.getOrLoad({
      key: ['shelf count'],
      tags: [SHELVES],
      load: async () => projection,
      positionOf: ({ checkpoint }) => checkpoint,
    });

  expect(await read()).toEqual({ shelves: 0, checkpoint: 0 });
  projection = { shelves: 1, checkpoint: node.bus.tail.head };
  expect(await read()).toEqual(projection);

  const kept = projection;
  projection = { shelves: 100, checkpoint: node.bus.tail.head };
  expect(await read()).toEqual(kept);
});
