import { Redis } from 'ioredis';
import { expect, test } from 'vitest';
import { AttemptLimiter, LOGIN_LIMITS } from '../../../src/modules/auth/attempt-limiter.ts';
import { withRedis } from '../../support/redis-client.ts';
import { startRedis } from '../../support/redis-server.ts';
import { waitFor } from '../../support/wait-for.ts';

const ADA = { account: 'ada@example.org', address: '192.0.2.1' };
const REFUSED = { code: 'RATE_LIMITED' };

test('a node counts for itself while Redis hangs or is gone, and with the others when it is back', async () => {
  await using server = await startRedis();
  const redis = new Redis(server.url, { retryStrategy: () => 20 });
  redis.on('error', () => undefined);
  try {
    await redis.ping();
    const fallbacks: unknown[] = [];
    const limiter = new AttemptLimiter({
      purpose: 'login',
      limits: LOGIN_LIMITS,
      shared: { redis, keySecret: 'secret', onFallback: (error) => void fallbacks.push(error) },
    });

    // Hanging: the answer would come in a minute, long after the test's own time-out.
    await withRedis(server.url, (client) => client.client('PAUSE', 60_000, 'ALL'));
    for (let attempt = 0; attempt < 10; attempt++) await limiter.consume(ADA);
    await expect(limiter.consume(ADA)).rejects.toMatchObject(REFUSED);
    await limiter.succeed(ADA);
    await limiter.consume(ADA);
    expect(fallbacks.length).toBeGreaterThan(0);

    // Gone: commands are not even queued.
    await server.kill();
    await waitFor(() => redis.status !== 'ready', { describe: 'the client to notice that Redis is gone' });
    for (let attempt = 0; attempt < 9; attempt++) await limiter.consume(ADA);
    await expect(limiter.consume(ADA)).rejects.toMatchObject(REFUSED);

    // Back, and empty: counted there again.
    await server.restart();
    await waitFor(() => redis.status === 'ready', { describe: 'the client to find Redis again' });
    await limiter.consume(ADA);
    expect(await redis.keys('signalbox:attempts:login:pair:*')).toHaveLength(1);
  } finally {
    redis.disconnect();
  }
});
