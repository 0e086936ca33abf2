import { expect, test } from 'vitest';
import { withRedis } from './redis-client.ts';
import { startRedis } from './redis-server.ts';

test.for(['stop', 'kill'] as const)(
  'a private Redis is gone after %s and back on its port after restart',
  async (end) => {
    await using server = await startRedis();

    await server[end]();
    await expect(withRedis(server.url, (client) => client.ping())).rejects.toThrow('ECONNREFUSED');
    await server.restart();

    expect(await withRedis(server.url, (client) => client.ping())).toBe('PONG');
  },
);
