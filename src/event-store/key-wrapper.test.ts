import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { KeyUnavailableError, masterKeyWrapper } from './key-wrapper.ts';

const masterKey = (): string => randomBytes(32).toString('base64');
const ADA = '01a2095a-f439-71dc-b88a-527656b18dce';
const GRACE = '01a2095a-f686-7294-ae88-05e1da639557';

describe('a key wrapped with the master key', () => {
  it('opens again, is another text each time, and is not in that text', async () => {
    const wrapper = masterKeyWrapper([masterKey()]);
    const key = randomBytes(32);
    const [one, two] = [await wrapper.wrap(ADA, key), await wrapper.wrap(ADA, key)];
    expect(await wrapper.unwrap(ADA, one)).toEqual(key);
    expect(one.wrapped).not.toBe(two.wrapped);
    expect(Buffer.from(one.wrapped, 'base64url').includes(key)).toBe(false);
  });

  it('opens for the person it was wrapped for, and unaltered, only', async () => {
    const wrapper = masterKeyWrapper([masterKey()]);
    const stored = await wrapper.wrap(ADA, randomBytes(32));
    const bytes = Buffer.from(stored.wrapped, 'base64url');
    bytes[20] = (bytes[20] ?? 0) ^ 1;
    await expect(wrapper.unwrap(GRACE, stored)).rejects.toThrow(KeyUnavailableError);
    await expect(wrapper.unwrap(ADA, { ...stored, wrapped: bytes.toString('base64url') })).rejects.toThrow(
      KeyUnavailableError,
    );
    await expect(wrapper.unwrap(ADA, { ...stored, wrapped: '' })).rejects.toThrow(KeyUnavailableError);
  });

  it('opens with an older master key as long as that is at hand', async () => {
    const [old, current] = [masterKey(), masterKey()];
    const stored = await masterKeyWrapper([old]).wrap(ADA, randomBytes(32));
    const both = masterKeyWrapper([current, old]);
    expect(both.currentKekId).not.toBe(stored.kekId);
    const anew = await both.wrap(ADA, await both.unwrap(ADA, stored));
    const alone = masterKeyWrapper([current]);
    expect(await alone.unwrap(ADA, anew)).toEqual(await both.unwrap(ADA, stored));
    await expect(alone.unwrap(ADA, stored)).rejects.toThrow('is not at hand');
  });

  it('digests a text alike on every node that has the key, also while the key is changed', async () => {
    const [old, current] = [masterKey(), masterKey()];
    const [before] = await masterKeyWrapper([old]).digest('a password');
    expect(before).toMatch(/^[0-9a-f]{64}$/);
    expect(await masterKeyWrapper([old]).digest('a password')).toEqual([before]);
    expect(await masterKeyWrapper([old]).digest('another')).not.toContain(before);
    const [during, ...others] = await masterKeyWrapper([current, old]).digest('a password');
    expect(others).toEqual([before]);
    expect(await masterKeyWrapper([current]).digest('a password')).toEqual([during]);
  });

  it('cannot be made without a master key', () => {
    expect(() => masterKeyWrapper([])).toThrow('no master key');
  });
});
