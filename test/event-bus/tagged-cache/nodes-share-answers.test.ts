import { expect, test } from 'vitest';
import { waitFor } from '../../support/wait-for.ts';
import { type CacheNode, caughtUp, createCacheDeployment } from './cache-nodes.ts';

/**
 * Opens a shelf at one node, asks for its name there, then at the other: whether that found it without the database.
 * On a machine that stands still for a moment Redis may be left alone for a second, so it is asked again with another.
 */
async function findsAnswerOf(first: CacheNode, second: CacheNode): Promise<string | null> {
  const name = `shelf ${performance.now()}`;
  const shelf = await first.openShelf(name);
  await Promise.all([caughtUp(first), caughtUp(second)]);
  const before = second.loads();
  expect([await first.nameOf(shelf), await second.nameOf(shelf)]).toEqual([name, name]);
  return second.loads() === before ? shelf : null;
}

test('an answer one node has read is not read again by another, nor by one that starts later', async () => {
  await using deployment = await createCacheDeployment();
  await using first = await deployment.startNode();
  await using second = await deployment.startNode();
  await waitFor(() => findsAnswerOf(first, second), { describe: 'a shared answer' });

  const sharedWithNewNode = async (): Promise<boolean> => {
    const shelf = await findsAnswerOf(first, second);
    // It has not seen the shelf's event, and knows that all before its start is in the answer.
    await using third = await deployment.startNode();
    return shelf !== null && (await third.nameOf(shelf)) !== null && third.loads() === 0;
  };
  expect(await waitFor(sharedWithNewNode, { describe: 'an answer for a new node', timeoutMs: 20_000 })).toBe(true);
});
