import { expect, test } from 'vitest';
import { transact } from '../../../src/database/transact.ts';
import { inCommand } from '../../event-store/sample-database.ts';
import { Book } from '../../event-store/sample-library.ts';
import { caughtUp, createCacheDeployment } from './cache-nodes.ts';

test('an event of a type without a rule makes every answer old', async () => {
  await using deployment = await createCacheDeployment(null);
  await using node = await deployment.startNode();
  const shelf = await node.openShelf('shelf');
  await caughtUp(node);
  await node.nameOf(shelf);
  await node.nameOf(shelf);
  expect(node.loads()).toBe(1);

  await inCommand(() => transact(node.database, async (em) => void em.persist(Book.print('new'))));
  await caughtUp(node);

  await node.nameOf(shelf);
  expect(node.loads()).toBe(2);
});
