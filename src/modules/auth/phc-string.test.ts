import { describe, expect, it } from 'vitest';
import { formatPhc, parsePhc } from './phc-string.ts';

const PARAMETERS = { memoryKiB: 19_456, timeCost: 2, parallelism: 1 };
const TEXT = `$argon2id$v=19$m=19456,t=2,p=1$${'c2Fs'.repeat(5)}cw$${'dGFn'.repeat(10)}dGE`;

describe('a PHC string', () => {
  it('has its parameters in the order m, t, p and its base64 without padding', () => {
    expect(formatPhc(PARAMETERS, Buffer.from(`${'sal'.repeat(5)}s`), Buffer.from(`${'tag'.repeat(10)}ta`))).toBe(TEXT);
  });

  it('gives back its parameters and lengths', () => {
    expect(parsePhc(TEXT)).toEqual({ ...PARAMETERS, saltBytes: 16, tagBytes: 32 });
  });

  it('is read with its parameters in any order', () => {
    expect(parsePhc(TEXT.replace('t=2,p=1', 'p=1,t=2'))).toEqual(parsePhc(TEXT));
  });

  it.each([
    ['another algorithm', TEXT.replace('argon2id', 'argon2i'), 'is not an argon2id PHC string'],
    ['another version', TEXT.replace('v=19', 'v=16'), 'is not an argon2id PHC string'],
    ['a parameter twice', TEXT.replace('t=2', 'm=2'), 'is not an argon2id PHC string'],
    ['parameters run together', TEXT.replace('m=19456,t=2', 'm=19456t=2'), 'is not an argon2id PHC string'],
    ['no salt', TEXT.replace(/1\$\w+/, '1$'), 'is not an argon2id PHC string'],
    ['something after it', `${TEXT}$`, 'is not an argon2id PHC string'],
    ['an exhausting amount of memory', TEXT.replace('m=19456', 'm=4194304'), 'asks for more work'],
    ['an exhausting number of passes', TEXT.replace('t=2', 't=65'), 'asks for more work'],
    ['an exhausting number of lanes', TEXT.replace('p=1', 'p=17'), 'asks for more work'],
  ])('with %s is refused without being quoted', (_case, text, reason) => {
    expect(() => parsePhc(text)).toThrow(reason);
    expect(() => parsePhc(text)).not.toThrow(text.slice(0, 20));
  });
});
