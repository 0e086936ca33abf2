import { describe, expect, it, vi } from 'vitest';
import { AttemptLimiter, type AttemptLimits, type AttemptSubject } from './attempt-limiter.ts';

const LIMITS: AttemptLimits = {
  perPair: { attempts: 3, seconds: 900 },
  perAccount: { attempts: 7, seconds: 900 },
  perAddress: { attempts: 10, seconds: 900 },
};
const ADA = 'ada@example.org';
const REFUSED = {
  name: 'RequestError',
  code: 'RATE_LIMITED',
  details: { retryAfterMs: expect.toSatisfy((ms: number) => ms > 0 && ms <= 900_000) as unknown },
};

const makeLimiter = (change: { limits?: Partial<AttemptLimits>; maxKeysInMemory?: number } = {}): AttemptLimiter =>
  new AttemptLimiter({ purpose: 'login', ...change, limits: { ...LIMITS, ...change.limits } });
const from = (address: string | null, account: string | null = ADA): AttemptSubject => ({ account, address });

async function consumeTimes(limiter: AttemptLimiter, times: number, subject: AttemptSubject): Promise<void> {
  for (let attempt = 0; attempt < times; attempt++) await limiter.consume(subject);
}

describe('attempts', () => {
  it('are limited for one account from one address, and other accounts and addresses go on', async () => {
    const limiter = makeLimiter();
    await consumeTimes(limiter, 3, from('192.0.2.1'));
    await expect(limiter.consume(from('192.0.2.1'))).rejects.toMatchObject(REFUSED);
    await limiter.consume(from('192.0.2.2'));
    await limiter.consume(from('192.0.2.1', 'grace@example.org'));
  });

  it('made all at once count one by one', async () => {
    const limiter = makeLimiter();
    const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => limiter.consume(from('192.0.2.1'))));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
  });

  it('are limited for one account over many addresses', async () => {
    const limiter = makeLimiter();
    for (let host = 1; host <= 7; host++) await limiter.consume(from(`192.0.2.${host}`));
    await expect(limiter.consume(from('192.0.2.99'))).rejects.toMatchObject(REFUSED);
  });

  it('are limited for one address over many accounts, or without any', async () => {
    const limiter = makeLimiter();
    for (let user = 1; user <= 9; user++) await limiter.consume(from('192.0.2.1', `user${user}`));
    await limiter.consume(from('192.0.2.1', null));
    await expect(limiter.consume(from('192.0.2.1', 'another'))).rejects.toMatchObject(REFUSED);
    await expect(limiter.consume(from('192.0.2.1', null))).rejects.toMatchObject(REFUSED);
  });

  it('count an IPv6 network of 64 bits as one address', async () => {
    const limiter = makeLimiter();
    for (const host of [1, 2, 3]) await limiter.consume(from(`2001:db8:1:2::${host}`));
    await expect(limiter.consume(from('2001:db8:1:2:ffff::4'))).rejects.toMatchObject(REFUSED);
    await limiter.consume(from('2001:db8:1:3::1'));
  });

  it('count spellings of one account together', async () => {
    const limiter = makeLimiter();
    for (const account of ['Ada@Example.org', ' ada@example.org', 'ａda@example.org']) {
      await limiter.consume(from('192.0.2.1', account));
    }
    await expect(limiter.consume(from('192.0.2.1'))).rejects.toMatchObject(REFUSED);
  });

  it('without an address are limited per account', async () => {
    const limiter = makeLimiter();
    await consumeTimes(limiter, 3, from(null));
    await expect(limiter.consume(from(null))).rejects.toMatchObject(REFUSED);
    await limiter.consume(from(null, 'grace@example.org'));
  });

  it('that one address is refused do not use up the account for others', async () => {
    const limiter = makeLimiter();
    await Promise.allSettled(Array.from({ length: 10 }, () => limiter.consume(from('192.0.2.1'))));
    await consumeTimes(limiter, 3, from('192.0.2.2'));
    await expect(limiter.consume(from('192.0.2.2'))).rejects.toMatchObject(REFUSED);
  });

  it('are allowed again when the window ends, however many were refused in it', async () => {
    vi.useFakeTimers();
    try {
      const limiter = makeLimiter();
      await consumeTimes(limiter, 3, from('192.0.2.1'));
      for (let minute = 0; minute < 14; minute++) {
        vi.advanceTimersByTime(60_000);
        await expect(limiter.consume(from('192.0.2.1'))).rejects.toMatchObject({ code: 'RATE_LIMITED' });
      }
      vi.advanceTimersByTime(60_000);
      await limiter.consume(from('192.0.2.1'));
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('a success', () => {
  it('forgets the failures of its own account at its own address only', async () => {
    const limiter = makeLimiter();
    await consumeTimes(limiter, 3, from('192.0.2.1'));
    await consumeTimes(limiter, 3, from('192.0.2.2'));
    await consumeTimes(limiter, 3, from('192.0.2.1', 'grace@example.org'));
    await limiter.succeed(from('192.0.2.1'));
    await limiter.consume(from('192.0.2.1'));
    await expect(limiter.consume(from('192.0.2.2'))).rejects.toMatchObject(REFUSED);
    await expect(limiter.consume(from('192.0.2.1', 'grace@example.org'))).rejects.toMatchObject(REFUSED);
  });

  it('takes back its own attempt and no failure: an office signs in all day, an attacker gains nothing', async () => {
    const limiter = makeLimiter();
    for (let user = 1; user <= 30; user++) {
      await limiter.consume(from('192.0.2.1', `user${user}`));
      await limiter.succeed(from('192.0.2.1', `user${user}`));
    }
    const outcomes: string[] = [];
    for (let victim = 1; victim <= 15; victim++) {
      await limiter.consume(from('192.0.2.7', 'mallory')).then(
        () => limiter.succeed(from('192.0.2.7', 'mallory')),
        () => null,
      );
      outcomes.push(
        await limiter.consume(from('192.0.2.7', `victim${victim}`)).then(
          () => 'tried',
          () => 'refused',
        ),
      );
    }
    expect(outcomes.filter((outcome) => outcome === 'tried')).toHaveLength(10);
  });

  it('keeps its address open to its owner while others use up the account', async () => {
    const limiter = makeLimiter();
    await limiter.consume(from('203.0.113.5'));
    await limiter.succeed(from('203.0.113.5'));
    for (let host = 1; host <= 7; host++) await limiter.consume(from(`192.0.2.${host}`));
    await expect(limiter.consume(from('192.0.2.99'))).rejects.toMatchObject(REFUSED);
    await consumeTimes(limiter, 3, from('203.0.113.5'));
    await expect(limiter.consume(from('203.0.113.5'))).rejects.toMatchObject(REFUSED);
  });
});

describe('memory', () => {
  it('holds a bounded number of keys, the ones in use', async () => {
    const limiter = makeLimiter({ maxKeysInMemory: 5, limits: { perAddress: { attempts: 1_000, seconds: 900 } } });
    await consumeTimes(limiter, 3, from('192.0.2.1'));
    for (let user = 1; user <= 4; user++) await limiter.consume(from('192.0.2.1', `user${user}`));
    await expect(limiter.consume(from('192.0.2.1'))).rejects.toMatchObject(REFUSED);
    for (let user = 5; user <= 8; user++) await limiter.consume(from('192.0.2.1', `user${user}`));
    await expect(limiter.consume(from('192.0.2.1'))).rejects.toMatchObject(REFUSED);
    for (let user = 9; user <= 13; user++) await limiter.consume(from('192.0.2.1', `user${user}`));
    await limiter.consume(from('192.0.2.1'));
  });
});

describe('configuration', () => {
  it.each([
    { attempts: 0, seconds: 900 },
    { attempts: 1.5, seconds: 900 },
    { attempts: 3, seconds: 0 },
    { attempts: 3, seconds: 2_147_484 },
  ])('refuses the limit %o', (perPair) => {
    expect(() => makeLimiter({ limits: { perPair } })).toThrow(RangeError);
  });
});
