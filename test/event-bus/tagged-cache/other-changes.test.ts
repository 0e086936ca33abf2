import { expect, test } from 'vitest';
import { caughtUp, createCacheDeployment } from './cache-nodes.ts';

test('a change of something else leaves an answer as it is', async () => {
  await using deployment = await createCacheDeployment(null);
  await using node = await deployment.startNode();
  const [shelf, other] = [await node.openShelf('shelf'), await node.openShelf('other')];
  await caughtUp(node);
  await node.nameOf(shelf);

  await node.rename(other, 'renamed');
  await caughtUp(node);

  expect(await node.nameOf(shelf)).toBe('shelf');
  expect(node.loads()).toBe(1);
});

test('a node that lost sight of the log for longer than its tail reaches back trusts no answer', async () => {
  await using deployment = await createCacheDeployment(null);
  await using node = await deployment.startNode();
  const [shelf, other] = [await node.openShelf('shelf'), await node.openShelf('other')];
  await caughtUp(node);
  await node.nameOf(shelf);

  // The ring of these nodes holds at most 128 events.
  for (let number = 0; number < 140; number++) await node.rename(other, `name ${number}`);
  await caughtUp(node);

  await node.nameOf(shelf);
  expect(node.loads()).toBe(2);
});
