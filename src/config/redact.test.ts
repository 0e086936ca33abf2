import { expect, test } from 'vitest';
import { maskSecretText, redact } from './redact.ts';

test.each([
  'password',
  'newPassword',
  'passwordHash',
  'token',
  'accessToken',
  'refresh_token',
  'Authorization',
  'Cookie',
  'set-cookie',
  'clientSecret',
  'x-api-key',
  'signingKeys',
])('what stands under %s is replaced at any depth', (name) => {
  const secret = { [name]: 'canary', other: 'kept' };
  const copied = JSON.stringify(
    redact({ ...secret, a: { b: [{ c: { d: secret } }] }, map: new Map([[name, ['canary']]]) }),
  );
  expect(copied).not.toContain('canary');
  expect(copied.match(/kept/g)).toHaveLength(2);
});

test('what tells only whether there is a secret stays', () => {
  expect(redact({ hasPassword: true, token: null })).toEqual({ hasPassword: true, token: null });
});

test('special values become plain ones', () => {
  const value = { at: new Date(0), big: 2n ** 60n, set: new Set([1]), bytes: new Uint8Array(4) };
  expect(redact(value)).toEqual({
    at: '1970-01-01T00:00:00.000Z',
    big: '1152921504606846976',
    set: [1],
    bytes: '[4 bytes]',
  });
});

test('rings, long texts and huge lists are bounded', () => {
  const ring: Record<string, unknown> = {
    text: 'x'.repeat(100_000),
    list: Array.from({ length: 100_000 }, () => 'item'),
  };
  ring['self'] = ring;
  expect(JSON.stringify(redact(ring)).length).toBeLessThan(100_000);
});

test('what is nested deeper than eight levels is cut', () => {
  const nested = Array.from({ length: 9 }).reduce<unknown>((inner) => ({ inner }), 'core');
  expect(JSON.stringify(redact({ nested }))).toContain('[truncated]');
  expect(JSON.stringify(redact(nested))).not.toContain('core');
});

test('a getter that throws does not stop the line', () => {
  const value = {
    id: 1,
    broken: Object.defineProperty({}, 'x', {
      enumerable: true,
      get: () => {
        throw new Error('no');
      },
    }),
  };
  expect(redact(value)).toMatchObject({ id: 1, broken: { unreadable: { message: 'no' } } });
});

test('web tokens, credentials and passwords of URLs are masked inside texts', () => {
  const jwt = 'eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiIxIn0.c2ln-bmF0dXJl';
  const text = `sent ${jwt} with Bearer abcdef0123456789 to postgres://app:hunter2@db:5432/x and redis://:hunter2@cache`;
  expect(maskSecretText(text)).toBe(
    'sent [redacted] with Bearer [redacted] to postgres://app:[redacted]@db:5432/x and redis://:[redacted]@cache',
  );
});
