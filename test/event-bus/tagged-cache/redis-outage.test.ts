import { expect, test } from 'vitest';
import { startRedis } from '../../support/redis-server.ts';
import { waitFor } from '../../support/wait-for.ts';
import { caughtUp, createCacheDeployment } from './cache-nodes.ts';

test('while Redis is away answers stay right and come from memory, and afterwards nodes share them again', async () => {
  await using server = await startRedis();
  await using deployment = await createCacheDeployment(server);
  await using here = await deployment.startNode();
  await using there = await deployment.startNode();
  const shelf = await there.openShelf('first');
  await Promise.all([caughtUp(here), caughtUp(there)]);
  expect(await here.nameOf(shelf)).toBe('first');

  await server.kill();

  for (let time = 0; time < 20; time++) expect(await here.nameOf(shelf)).toBe('first');
  expect(here.loads()).toBe(1);
  await there.rename(shelf, 'second');
  await caughtUp(here);
  expect(await here.nameOf(shelf)).toBe('second');

  await server.restart();

  await waitFor(() => here.redis?.status === 'ready' && there.redis?.status === 'ready', { describe: 'Redis' });
  const shared = async (): Promise<boolean> => {
    const next = await there.openShelf(`shelf ${performance.now()}`);
    await Promise.all([caughtUp(here), caughtUp(there)]);
    await there.nameOf(next);
    const before = here.loads();
    await here.nameOf(next);
    return here.loads() === before;
  };
  await waitFor(shared, { describe: 'a shared answer' });
});
