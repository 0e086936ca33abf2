import { expect, test } from 'vitest';
import { caughtUp, createCacheDeployment } from './cache-nodes.ts';

test('a command that fails as it commits leaves no answer in doubt', async () => {
  await using deployment = await createCacheDeployment(null);
  await using node = await deployment.startNode();
  node.bus.commands.watchCommits(node.cache);
  const shelf = await node.openShelf('old');
  await caughtUp(node);
  await node.nameOf(shelf);
  const { sql } = node.database;
  await sql(
    `create function refuse() returns trigger language plpgsql as $$ begin raise exception 'not today'; end $$`,
  );
  await sql(`create constraint trigger refuse after update on sample_shelf deferrable initially deferred
    for each row execute function refuse()`);

  await expect(node.rename(shelf, 'new')).rejects.toThrow('not today');

  expect([await node.nameOf(shelf), await node.nameOf(shelf)]).toEqual(['old', 'old']);
  expect(node.loads()).toBe(1);
});

test('from its commit on a command is seen by its own node, though the log may not show it yet', async () => {
  await using deployment = await createCacheDeployment(null);
  await using node = await deployment.startNode();
  node.bus.commands.watchCommits(node.cache);
  const shelf = await node.openShelf('name 0');

  for (let number = 1; number <= 50; number++) {
    await node.nameOf(shelf);
    await node.rename(shelf, `name ${number}`);
    expect(await node.nameOf(shelf)).toBe(`name ${number}`);
  }
});
