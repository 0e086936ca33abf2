import { expect, test } from 'vitest';
import { withRedis } from './redis-client.ts';
import { createTestRedis } from './test-redis.ts';

test('two shares of the Redis have keys and channel names of their own, and what is given back is empty', async () => {
  const first = await createTestRedis();
  await using second = await createTestRedis();
  expect(first.channelPrefix).not.toBe(second.channelPrefix);

  await withRedis(first.url, (client) => client.set('key', 'of the first'));
  expect(await withRedis(second.url, (client) => client.get('key'))).toBeNull();

  await first[Symbol.asyncDispose]();
  expect(await withRedis(first.url, (client) => client.dbsize())).toBe(0);
});
