import { expect, test } from 'vitest';
import { startSample } from '../support/sample-transport.ts';

const ALLOWED = 'https://app.example';

test('a listed origin may ask and read', async () => {
  await using sample = await startSample({ production: true, allowedOrigins: [ALLOWED] });
  const preflight = await fetch(sample.url, { method: 'OPTIONS', headers: { origin: ALLOWED } });
  expect(preflight.status).toBe(204);
  expect(preflight.headers.get('access-control-allow-origin')).toBe(ALLOWED);
  expect(preflight.headers.get('access-control-allow-methods')).toBe('POST');
  expect(preflight.headers.get('access-control-allow-headers')).toMatch(/Authorization/);
  expect(preflight.headers.get('access-control-allow-credentials')).toBeNull();
  const headers = { origin: ALLOWED, 'content-type': 'application/json' };
  const answer = await fetch(sample.url, { method: 'POST', headers, body: '{"query":"{ hello }"}' });
  expect(answer.headers.get('access-control-allow-origin')).toBe(ALLOWED);
  expect(answer.headers.get('vary')).toBe('Origin');
});

test.each(['https://evil.example', 'null', 'https://app.example:444'])('%s may not', async (origin) => {
  await using sample = await startSample({ production: true, allowedOrigins: [ALLOWED] });
  const preflight = await fetch(sample.url, { method: 'OPTIONS', headers: { origin } });
  expect([...preflight.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
});
