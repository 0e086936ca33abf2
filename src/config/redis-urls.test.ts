import { expect, test } from 'vitest';
import { loadConfig } from './config.ts';
import { parseRedisUrls } from './redis-urls.ts';

test('one URL is a single server', () => {
  const env = { REDIS_URL: 'rediss://:secret@cache:6380/2', SIGNALBOX_REDIS_CA_FILE: '/etc/redis/ca.pem' };
  expect(loadConfig(env).redis).toEqual({
    kind: 'single',
    urls: ['rediss://:secret@cache:6380/2'],
    caFile: '/etc/redis/ca.pem',
    identity: null,
  });
});

test('a comma list is a cluster; bare nodes take the scheme of the first', () => {
  expect(loadConfig({ REDIS_URL: 'rediss://a:7000, b:7001 ,rediss://c:7002' }).redis).toEqual({
    kind: 'cluster',
    urls: ['rediss://a:7000', 'rediss://b:7001', 'rediss://c:7002'],
    caFile: null,
    identity: null,
  });
});

test('Sentinels are named by their hosts and the name of what they watch', () => {
  expect(parseRedisUrls('redis+sentinel://a:26379,b/main')).toEqual({
    kind: 'sentinel',
    urls: ['redis://a:26379', 'redis://b'],
    master: 'main',
    access: 'redis://main/0',
  });
  expect(
    parseRedisUrls('rediss+sentinel://app:p%40ss@a,[::1]:2/my.main-1/3?sentinelUsername=s&sentinelPassword=x%20y'),
  ).toEqual({
    kind: 'sentinel',
    urls: ['rediss://s:x%20y@a', 'rediss://s:x%20y@[::1]:2'],
    master: 'my.main-1',
    access: 'rediss://app:p%40ss@my.main-1/3',
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
  'redis+sentinel://a',
  'redis+sentinel://a/',
  'redis+sentinel:///main',
  'redis+sentinel://,/main',
  'redis+sentinel://a:99999/main',
  'redis+sentinel://a b/main',
  'redis+sentinel://a/main\u0000',
  'redis+sentinel://a/main/last',
  'redis+sentinel://a/main?password=x',
  'redis+sentinel://a,redis://b/main',
  'redis+sentinel://a:p@ss@b/main',
  `redis+sentinel://a/${'m'.repeat(101)}`,
])('%s is refused', (text) => {
  expect(parseRedisUrls(text)).toBeUndefined();
});
