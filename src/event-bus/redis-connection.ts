import { Cluster, Redis, type RedisOptions } from 'ioredis';
import type { Logger } from 'pino';
import type { RedisConfig } from '../config/config.ts';

export type RedisClient = Redis | Cluster;

/**
 * A connection that outlives any outage: it reconnects for ever, with growing pauses, and only logs meanwhile.
 * `commands` fail at once while Redis is away, so that nothing waits or piles up; a `subscriber` keeps its subscriptions
 * and restores them by itself.
 */
export function openRedis(config: RedisConfig, purpose: 'commands' | 'subscriber', logger: Logger): RedisClient {
  const shared: RedisOptions = {
    connectionName: `signalbox-${purpose}`,
    enableOfflineQueue: purpose === 'subscriber',
    maxRetriesPerRequest: purpose === 'subscriber' ? null : 0,
    connectTimeout: 5_000,
    ...(purpose === 'commands' ? { commandTimeout: 2_000 } : {}),
  };
  const retryStrategy = (attempt: number): number =>
    Math.min(100 * 2 ** Math.min(attempt, 5), 2_000) + Math.random() * 100;
  const [first = ''] = config.urls;
  const client =
    config.kind === 'cluster'
      ? new Cluster([...config.urls], {
          clusterRetryStrategy: retryStrategy,
          enableOfflineQueue: purpose === 'subscriber',
          shardedSubscribers: purpose === 'subscriber',
          redisOptions: { ...shared, ...accessOf(first) },
        })
      : new Redis(first, { ...shared, retryStrategy });
  let reported = false;
  client.on('error', (error: Error) => {
    if (!reported) logger.warn({ purpose, error: error.message }, 'Redis is away; continuing without it');
    reported = true;
  });
  client.on('ready', () => {
    if (reported) logger.info({ purpose }, 'Redis is back');
    reported = false;
  });
  return client;
}

/** What all nodes of a cluster have in common: those that it names itself come without. */
function accessOf(url: string): Pick<RedisOptions, 'username' | 'password' | 'tls'> {
  const { protocol, username, password } = new URL(url);
  return {
    ...(username === '' ? {} : { username: decodeURIComponent(username) }),
    ...(password === '' ? {} : { password: decodeURIComponent(password) }),
    ...(protocol === 'rediss:' ? { tls: {} } : {}),
  };
}
