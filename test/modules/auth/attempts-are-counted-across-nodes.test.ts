import { Redis } from 'ioredis';
import { expect, test } from 'vitest';
import { AttemptLimiter, LOGIN_LIMITS } from '../../../src/modules/auth/attempt-limiter.ts';
import { createTestRedis } from '../../support/test-redis.ts';

test('two nodes count the attempts on an account together, and Redis holds neither its name nor an address', async () => {
  await using server = await createTestRedis();
  const fallbacks: unknown[] = [];
  const clients = [new Redis(server.url), new Redis(server.url)] as const;
  try {
    await Promise.all(clients.map((client) => client.ping()));
    const [first, second] = clients.map(
      (redis) =>
        new AttemptLimiter({
          purpose: 'login',
          limits: LOGIN_LIMITS,
          shared: {
            redis,
            keySecret: 'the same on every node',
            patienceMs: 20_000,
            onFallback: (error) => void fallbacks.push(error),
          },
        }),
    ) as [AttemptLimiter, AttemptLimiter];
    const ada = { account: 'ada@example.org', address: '192.0.2.1' };

    for (let attempt = 0; attempt < 5; attempt++) {
      await first.consume(ada);
      await second.consume(ada);
    }
    const refusal = { code: 'RATE_LIMITED', details: { retryAfterMs: expect.any(Number) as unknown } };
    await expect(first.consume(ada)).rejects.toMatchObject(refusal);
    await expect(second.consume(ada)).rejects.toMatchObject(refusal);

    const keys = await clients[0].keys('*');
    expect(keys).toHaveLength(3);
    expect(keys.join()).not.toMatch(/ada|example|192/);
    for (const key of keys) expect(await clients[0].pttl(key)).toBeGreaterThan(0);

    await second.succeed(ada);
    await first.consume(ada);
    expect(fallbacks).toEqual([]);
  } finally {
    for (const client of clients) client.disconnect();
  }
});
