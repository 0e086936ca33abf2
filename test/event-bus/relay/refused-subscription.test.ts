import { expect, test } from 'vitest';
import { append, sampleAppend } from '../../event-store/sample-events.ts';
import { withRedis } from '../../support/redis-client.ts';
import { startRedis } from '../../support/redis-server.ts';
import { waitFor } from '../../support/wait-for.ts';
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
  const healthy = () => [a.bus.hints.healthy, b.bus.hints.healthy];
  let head = 0;
  const delivers = async (): Promise<void> => {
    await append(a.database.sql, sampleAppend('a'));
    a.bus.relay.wake();
    head += 1;
    await waitFor(() => b.bus.tail.head === head, { describe: `event ${head} on the other node` });
  };
  const untilHealthy = (expected: boolean) =>
    waitFor(() => healthy().every((each) => each === expected), {
      describe: `the nodes to be ${expected ? 'well' : 'cut off'}`,
    });

  for (let round = 0; round < 2; round++) {
    await untilHealthy(false);
    await delivers();
    await setUser('allchannels');
    await untilHealthy(true);
    await delivers();
    // Redis drops who listens to what they may not listen to any more.
    await setUser('resetchannels');
  }
  await untilHealthy(false);
  expect(a.bus.relay.healthy && b.bus.relay.healthy).toBe(true);
});
