import { setImmediate as nextTurn } from 'node:timers/promises';
import argon2 from 'argon2';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Claim } from './hash-slots.ts';
import { defaultMaxConcurrent, PasswordHasher } from './password-hasher.ts';

/** The cheapest accepted settings: seven MiB instead of nineteen. */
const CHEAP = { memoryKiB: 7_168, timeCost: 5 };

const SOMEBODY: Claim = { from: '192.0.2.1', isKnown: false };

let hasher: PasswordHasher;
beforeAll(async () => {
  hasher = await PasswordHasher.create({ maxWaiting: 100 });
});

describe('a password hash', () => {
  it('is argon2id with 19 MiB, two passes, a 16-byte salt and a 32-byte tag', async () => {
    expect(await hasher.hash('correct horse', SOMEBODY)).toMatch(
      /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/,
    );
  });

  it('differs each time and verifies only its own password', async () => {
    const [one, other] = [await hasher.hash('correct horse', SOMEBODY), await hasher.hash('correct horse', SOMEBODY)];
    expect(one).not.toBe(other);
    expect(await hasher.verify(one, 'correct horse', SOMEBODY)).toEqual({ ok: true, needsRehash: false });
    expect(await hasher.verify(one, 'Correct horse', SOMEBODY)).toEqual({ ok: false, needsRehash: false });
  });

  it('takes the whole password: the last of 128 characters counts', async () => {
    const long = 'x'.repeat(127);
    const phc = await hasher.hash(`${long}a`, SOMEBODY);
    expect((await hasher.verify(phc, `${long}b`, SOMEBODY)).ok).toBe(false);
    expect((await hasher.verify(phc, `${long}a`, SOMEBODY)).ok).toBe(true);
  });

  it('is the same for composed and decomposed accents', async () => {
    const phc = await hasher.hash('caf\u00e9 au lait', SOMEBODY);
    expect((await hasher.verify(phc, 'cafe\u0301 au lait', SOMEBODY)).ok).toBe(true);
  });

  it('of a background hash verifies too, and an aborted one is not computed', async () => {
    const phc = await hasher.hashInBackground('correct horse');
    expect((await hasher.verify(phc, 'correct horse', SOMEBODY)).ok).toBe(true);
    await expect(hasher.hashInBackground('correct horse', AbortSignal.abort())).rejects.toThrow('aborted');
  });
});

describe('a hash another program stored', () => {
  it('verifies whatever the order of its parameters', async () => {
    const settings = { memoryCost: 19_456, timeCost: 2, parallelism: 1, salt: Buffer.alloc(16, 7) };
    const phc = await argon2.hash('correct horse', settings);
    const [memory, time, lanes] = ['m=19456', 't=2', 'p=1'];
    const orders = [`${memory},${time},${lanes}`, `${memory},${lanes},${time}`, `${lanes},${time},${memory}`];
    for (const order of orders) {
      const stored = phc.replace(/\$m=[^$]*\$/, `$${order}$`);
      expect(await hasher.verify(stored, 'correct horse', SOMEBODY)).toEqual({ ok: true, needsRehash: false });
    }
  });
});

describe('needsRehash', () => {
  it('is set for a weaker stored hash, but only with the right password', async () => {
    const weak = await argon2.hash('correct horse', { memoryCost: 7_168, timeCost: 5, parallelism: 1 });
    expect(await hasher.verify(weak, 'correct horse', SOMEBODY)).toEqual({ ok: true, needsRehash: true });
    expect(await hasher.verify(weak, 'wrong horse', SOMEBODY)).toEqual({ ok: false, needsRehash: false });
  });

  it('is set for a short salt or tag', async () => {
    const settings = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
    const shortSalt = await argon2.hash('correct horse', { ...settings, salt: Buffer.alloc(8, 7) });
    const shortTag = await argon2.hash('correct horse', { ...settings, hashLength: 16 });
    expect(await hasher.verify(shortSalt, 'correct horse', SOMEBODY)).toEqual({ ok: true, needsRehash: true });
    expect(await hasher.verify(shortTag, 'correct horse', SOMEBODY)).toEqual({ ok: true, needsRehash: true });
  });

  it('is not set for a hash stronger than the present settings', async () => {
    const strong = await argon2.hash('correct horse', { memoryCost: 24_576, timeCost: 3, parallelism: 1 });
    expect(await hasher.verify(strong, 'correct horse', SOMEBODY)).toEqual({ ok: true, needsRehash: false });
  });
});

describe('an account without a hash', () => {
  it('is refused whatever the password', async () => {
    expect(await hasher.verify(null, 'correct horse', SOMEBODY)).toEqual({ ok: false, needsRehash: false });
  });

  it('occupies a slot like a known one, so it is refused alike under load', async () => {
    const narrow = await PasswordHasher.create({ ...CHEAP, maxConcurrent: 1, maxWaiting: 0 });
    const phc = await narrow.hash('correct horse', SOMEBODY);
    const running = narrow.verify(null, 'correct horse', SOMEBODY);
    // A hash takes many turns of the event loop; an answer without one would have freed the slot by now.
    await nextTurn();
    await expect(narrow.verify(phc, 'correct horse', SOMEBODY)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    expect((await running).ok).toBe(false);
    const runningKnown = narrow.verify(phc, 'correct horse', SOMEBODY);
    await expect(narrow.verify(null, 'correct horse', SOMEBODY)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    expect((await runningKnown).ok).toBe(true);
  });
});

describe('a hash that is looked up in its turn', () => {
  it('gives the verdict of a known one, and of none', async () => {
    const passwordHash = await hasher.hash('correct horse', SOMEBODY);
    const known = { id: 1, passwordHash };
    expect(await hasher.verifyFound(async () => known, 'correct horse', SOMEBODY)).toEqual({
      found: known,
      ok: true,
      needsRehash: false,
    });
    expect(await hasher.verifyFound(async () => known, 'wrong', SOMEBODY)).toMatchObject({ found: known, ok: false });
    expect(await hasher.verifyFound(async () => null, 'wrong', SOMEBODY)).toMatchObject({ found: null, ok: false });
    expect(await hasher.verifyFound(async () => ({ passwordHash: null }), '', SOMEBODY)).toMatchObject({ ok: false });
  });

  it.each([
    ['unknown', null],
    ['one without a password', { passwordHash: null }],
  ])('takes as long for an account that is %s: it holds its turn while something is hashed', async (_case, found) => {
    const narrow = await PasswordHasher.create({ ...CHEAP, maxConcurrent: 1, maxWaiting: 0 });
    const running = narrow.verifyFound(async () => found, 'wrong', SOMEBODY);
    // An answer without a hash would have freed the slot by now.
    await nextTurn();
    await expect(narrow.hash('correct horse', SOMEBODY)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    expect((await running).ok).toBe(false);
  });

  it('is not looked up for who gets no turn', async () => {
    const narrow = await PasswordHasher.create({ ...CHEAP, maxConcurrent: 1, maxWaiting: 0 });
    const running = narrow.hash('correct horse', SOMEBODY);
    let lookUps = 0;
    const find = async () => {
      lookUps += 1;
      return null;
    };
    await expect(narrow.verifyFound(find, 'wrong', SOMEBODY)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    expect(lookUps).toBe(0);
    await running;
  });
});

describe('refusals', () => {
  it('more than 1 KiB is never hashed', async () => {
    const long = 'é'.repeat(513);
    await expect(hasher.hash(long, SOMEBODY)).rejects.toThrow(RangeError);
    await expect(hasher.hashInBackground(long)).rejects.toThrow(RangeError);
    expect(await hasher.verify(await hasher.hash('correct horse', SOMEBODY), long, SOMEBODY)).toEqual({
      ok: false,
      needsRehash: false,
    });
  });

  it('lone surrogates are not hashed, as all of them would be one password', async () => {
    await expect(hasher.hash('12345678\ud800', SOMEBODY)).rejects.toThrow(RangeError);
    const phc = await hasher.hash('12345678\ufffd', SOMEBODY);
    expect((await hasher.verify(phc, '12345678\ud800', SOMEBODY)).ok).toBe(false);
  });

  it.each([
    ['another algorithm', '$argon2i$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$' + 'A'.repeat(43)],
    ['an exhausting one', '$argon2id$v=19$m=4194304,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$' + 'A'.repeat(43)],
    ['no hash at all', 'secret-canary'],
  ])('a stored text that is %s is an error that does not quote it', async (_case, stored) => {
    const failure = await hasher.verify(stored, 'correct horse', SOMEBODY).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Error);
    expect(String(failure)).not.toContain(stored);
  });

  it.each([
    { memoryKiB: 19_455 },
    { timeCost: 1 },
    { memoryKiB: 7_168, timeCost: 4 },
    { parallelism: 0 },
    { maxWaitMs: 201 },
    { maxConcurrent: 0 },
  ])('settings too weak or out of range stop the start: %o', async (options) => {
    await expect(PasswordHasher.create(options)).rejects.toThrow(RangeError);
  });
});

describe('the default number of hashes at once', () => {
  it('is twice the cores, but leaves one thread of the pool to others', () => {
    expect(defaultMaxConcurrent(1, 4)).toBe(2);
    expect(defaultMaxConcurrent(8, 4)).toBe(3);
    expect(defaultMaxConcurrent(8, 64)).toBe(16);
    expect(defaultMaxConcurrent(8, 1)).toBe(1);
  });
});
