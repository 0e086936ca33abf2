import { expect, test } from 'vitest';
import { withRedis } from '../../support/redis-client.ts';
import { startRedis } from '../../support/redis-server.ts';
import { waitFor } from '../../support/wait-for.ts';
import { caughtUp, createCacheDeployment } from './cache-nodes.ts';

test('Redis gets only reads and writes of single keys, each of the deployment, short-lived and without what was asked', async () => {
  await using server = await startRedis();
  await using deployment = await createCacheDeployment(server);
  await using node = await deployment.startNode();
  const shelf = await node.openShelf('shelf');
  await caughtUp(node);
  await node.nameOf(shelf);

  await withRedis(server.url, async (client) => {
    const storesAnswer = async (): Promise<boolean> => {
      await node.rename(shelf, `renamed ${performance.now()}`);
      await caughtUp(node);
      await node.nameOf(shelf);
      return (await client.dbsize()) > 0;
    };
    await waitFor(storesAnswer, { describe: 'an answer in Redis' });
    const stats = await client.info('commandstats');
    const used = [...stats.matchAll(/cmdstat_([a-z|]+):/g)].map(([, name]) => name);
    expect(used).toContain('set');
    const forCaching = ['get', 'set'];
    const forConnecting = [
      'auth',
      'client|setinfo',
      'client|setname',
      'info',
      'ping',
      'publish',
      'subscribe',
      'select',
      'dbsize',
    ];
    expect(used.filter((name) => !forCaching.concat(forConnecting).includes(name ?? ''))).toEqual([]);
    const keys = await client.keys('*');
    expect(keys).toHaveLength(1);
    expect(keys[0]?.startsWith(`${deployment.channel}:cache:`)).toBe(true);
    expect(keys[0]).not.toContain(shelf);
    const life = await client.pttl(keys[0] ?? '');
    expect(life).toBeGreaterThan(0);
    expect(life).toBeLessThanOrEqual(60_000);
  });
});
