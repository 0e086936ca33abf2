import { expect, test } from 'vitest';
import { caughtUp, createCacheDeployment } from './cache-nodes.ts';

test('an answer one node has read is not read again by another', async () => {
  await using deployment = await createCacheDeployment();
  await using first = await deployment.startNode();
  await using second = await deployment.startNode();
  const shelf = await first.openShelf('shared');
  await Promise.all([caughtUp(first), caughtUp(second)]);

  expect(await first.nameOf(shelf)).toBe('shared');
  expect(await second.nameOf(shelf)).toBe('shared');
  expect([first.loads(), second.loads()]).toEqual([1, 0]);

  // A node that starts later has not seen the shelf's event, and knows that all before its start is in the answer.
  await using third = await deployment.startNode();
  expect(await third.nameOf(shelf)).toBe('shared');
  expect(third.loads()).toBe(0);
});
