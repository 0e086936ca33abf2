import { expect, test } from 'vitest';
import { caughtUp, createCacheDeployment } from './cache-nodes.ts';

test('a change made before the first read of a node that has just started is not lost', async () => {
  await using deployment = await createCacheDeployment();
  await using writer = await deployment.startNode();
  const shelf = await writer.openShelf('old');
  await caughtUp(writer);
  expect(await writer.nameOf(shelf)).toBe('old');

  await using starting = await deployment.startNode();
  await writer.rename(shelf, 'new');
  await caughtUp(starting);

  // Redis still holds the old name: nothing has read the shelf since.
  expect(await starting.nameOf(shelf)).toBe('new');
});

test('a change made while a node was away is known to it', async () => {
  await using deployment = await createCacheDeployment();
  await using writer = await deployment.startNode();
  const shelf = await writer.openShelf('old');
  await caughtUp(writer);
  expect(await writer.nameOf(shelf)).toBe('old');
  await writer.rename(shelf, 'new');
  await caughtUp(writer);

  await using starting = await deployment.startNode();

  expect(await starting.nameOf(shelf)).toBe('new');
});
