import { expect, test } from 'vitest';
import { startSample } from '../support/sample-transport.ts';

test('every answer carries the security headers and an id of its own', async () => {
  await using sample = await startSample();
  const root = `http://127.0.0.1:${sample.port}`;
  const requests: [string, RequestInit][] = [
    ['/graphql', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"query":"{ hello }"}' }],
    ['/graphql', { method: 'POST', body: 'x' }],
    ['/graphql', { method: 'OPTIONS' }],
    ['/graphql', { headers: { accept: 'text/html' } }],
    ['/health/live', {}],
    ['/.well-known/jwks.json', {}],
    ['/nothing', {}],
  ];
  const ids = new Set<string | null>();
  for (const [path, init] of requests) {
    const { headers } = await fetch(root + path, init);
    ids.add(headers.get('x-request-id'));
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'none';.*frame-ancestors 'none'$/);
    expect(headers.get('x-powered-by') ?? headers.get('server')).toBeNull();
  }
  expect(ids.size).toBe(requests.length);
});
