import { expect, test } from 'vitest';
import { withRedis } from '../../support/redis-client.ts';
import { startRedis } from '../../support/redis-server.ts';
import { caughtUp, createCacheDeployment } from './cache-nodes.ts';

const READS = 200;

/** Each of these reads would wait for the connection's own time-out of two seconds, twice: far beyond the test's. */
test('a Redis that takes commands and never answers costs a read next to nothing', async () => {
  await using server = await startRedis();
  await using deployment = await createCacheDeployment(server);
  await using node = await deployment.startNode();
  await caughtUp(node);
  await withRedis(server.url, (client) => client.call('CLIENT', 'PAUSE', '60000', 'ALL'));

  for (let number = 0; number < READS; number++) {
    const answer = await node.cache.getOrLoad({ key: ['number', number], tags: ['numbers'], load: async () => number });
    expect(answer).toBe(number);
  }
});
