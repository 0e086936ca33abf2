import { expect, test } from 'vitest';
import { startSample } from '../support/sample-transport.ts';

const page = (url: string): Promise<Response> => fetch(url, { headers: { accept: 'text/html,application/xhtml+xml' } });

test('the page loads nothing from elsewhere and opens with the examples', async () => {
  const exampleOperations = [{ name: 'Greeting', query: 'query Greeting { hello }', variables: '{"a":1}' }];
  await using sample = await startSample({ exampleOperations });
  const response = await page(sample.url);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
  const html = await response.text();
  const markup = html.replace(/<script[^]*<\/script>/g, '').replace(/<style>[^]*<\/style>/g, '');
  expect(markup.match(/(?:src|href)="(?!data:)[^"]*"/g)).toBeNull();
  expect(html.match(/<(?:script|link|iframe|img)[^>]*(?:src|href)="https?:/g)).toBeNull();
  expect(html).toContain('query Greeting { hello }');
  expect(html).toContain('"subscriptionsProtocol":"WS"');
  const policy = response.headers.get('content-security-policy');
  expect(policy).toContain(`connect-src 'self' ws://127.0.0.1:${sample.port} `);
  expect(policy).not.toMatch(/https:|\*/);
});

test('there is no page in production', async () => {
  await using sample = await startSample({ production: true });
  const response = await page(sample.url);
  expect(response.status).toBe(405);
  expect(response.headers.get('content-type')).toMatch(/^application\/json/);
});

test('the bare address leads there, but not in production', async () => {
  await using sample = await startSample();
  const leading = await fetch(new URL('/', sample.url), { redirect: 'manual' });
  expect(leading.status).toBe(302);
  expect(leading.headers.get('location')).toBe('/graphql');
  await using production = await startSample({ production: true });
  expect((await fetch(new URL('/', production.url), { redirect: 'manual' })).status).toBe(404);
});
