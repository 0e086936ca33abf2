import { expect, test } from 'vitest';
import { caughtUp, createCacheDeployment } from './cache-nodes.ts';

test('those who ask at the same time share one load', async () => {
  await using deployment = await createCacheDeployment();
  await using node = await deployment.startNode();
  const shelf = await node.openShelf('asked for');
  await caughtUp(node);

  const names = await Promise.all(Array.from({ length: 50 }, () => node.nameOf(shelf)));

  expect(new Set(names)).toEqual(new Set(['asked for']));
  expect(node.loads()).toBe(1);
});

test('a failed load fails for those who shared it, as it failed, and the next one tries again', async () => {
  await using deployment = await createCacheDeployment(null);
  await using node = await deployment.startNode();
  const problem = new Error('no such table');
  const read = (load: () => Promise<number>) => node.cache.getOrLoad({ key: ['number'], tags: ['numbers'], load });
  const failing = (): Promise<number> => Promise.reject(problem);

  const outcomes = await Promise.allSettled([read(failing), read(failing)]);

  const failed = { status: 'rejected', reason: problem };
  expect(outcomes).toEqual([failed, failed]);
  expect(await read(async () => 7)).toBe(7);
});
