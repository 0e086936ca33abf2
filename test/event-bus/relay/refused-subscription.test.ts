import { expect, test } from 'vitest';
import { withRedis } from '../../support/redis-client.ts';
import { startRedis } from '../../support/redis-server.ts';
import { HintsBetween } from './hints-between.ts';
import { startTwoNodes } from './two-nodes.ts';

test('nodes that Redis does not let listen go on by polling, whenever that begins, and hear hints once it lets them', async () => {
  await using redis = await startRedis();
  const setUser = (...rules: string[]) =>
    withRedis(redis.url, (client) => client.call('ACL', 'SETUSER', 'node', ...rules));
  await setUser('on', '>secret', '~*', '+@all', 'resetchannels');
  const url = new URL(redis.url);
  [url.username, url.password] = ['node', 'secret'];
  await using nodes = await startTwoNodes({ redisUrl: url.href, channel: 'log', pollMaxMs: 600_000 });
  const { a, b } = nodes;
  const hints = new HintsBetween(nodes);

  for (let round = 0; round < 2; round++) {
    await hints.until('cut off');
    await hints.deliver(1);
    await setUser('allchannels');
    await hints.until('healthy');
    await hints.deliver(1);
    // Redis drops who listens to what they may not listen to any more.
    await setUser('resetchannels');
  }
  await hints.until('cut off');
  expect(a.bus.relay.healthy && b.bus.relay.healthy).toBe(true);
});
