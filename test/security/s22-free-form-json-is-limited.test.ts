import { describe, expect, test } from 'vitest';
import { parseJson } from '../../src/graphql/scalars.ts';

const nested = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth));
const parsed = (text: string): unknown => JSON.parse(text);

describe('JSON from clients', () => {
  test.each<[string, unknown]>([
    ['20 levels', nested(21)],
    ['text and numbers of every legal kind', parsed('{"a":[1,-1.5,9007199254740991,true,null,"\\ud83d\\ude00"]}')],
    ['nearly 64 KiB', 'x'.repeat(64 * 1024 - 2)],
  ])('may have %s', (_name, value) => {
    expect(parseJson(value)).toEqual(value);
  });

  test.each<[string, unknown]>([
    ['more than 20 levels', nested(22)],
    ['more than 64 KiB', 'x'.repeat(64 * 1024)],
    ['more than 64 KiB of two-byte characters', 'é'.repeat(33 * 1024)],
    ['NUL', parsed('{"a":"x\\u0000y"}')],
    ['NUL in a key', parsed('{"x\\u0000y":1}')],
    ['half a surrogate pair', parsed('["\\ud83d"]')],
    ['a number beyond 2^53', parsed('[9007199254740993]')],
    ['a number below -2^53', parsed('[-9007199254740993]')],
    ['a number that overflows', parsed('[1e400]')],
    ['the key __proto__', parsed('{"a":{"__proto__":{}}}')],
    ['the key constructor', parsed('{"constructor":1}')],
  ])('may not have %s', (_name, value) => {
    expect(() => parseJson(value)).toThrow(expect.objectContaining({ extensions: { code: 'BAD_USER_INPUT' } }));
  });
});
