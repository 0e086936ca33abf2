import { expect, test } from 'vitest';
import { loadConfig } from './config.ts';
import { parseRedisUrls } from './redis-urls.ts';

test('one URL is a single server', () => {
  expect(loadConfig({ REDIS_URL: 'rediss://:secret@cache:6380/2' }).redis).toEqual({
    kind: 'single',
    urls: ['rediss://:secret@cache:6380/2'],
  });
});

test('a comma list is a cluster; bare nodes take the scheme of the first', () => {
  expect(loadConfig({ REDIS_URL: 'rediss://a:7000, b:7001 ,rediss://c:7002' }).redis).toEqual({
    kind: 'cluster',
    urls: ['rediss://a:7000', 'rediss://b:7001', 'rediss://c:7002'],
  });
});

test.each([
  'cache:6379',
  'http://cache',
  'redis://',
  'redis://a:99999',
  'redis://a,rediss://b',
  'redis://a/1,redis://b/1',
  ',',
  'redis://a,http://b',
])('%s is refused', (text) => {
  expect(parseRedisUrls(text)).toBeUndefined();
});
