import type { ConnectionOptions } from 'node:tls';
import { Cluster, Redis, type RedisOptions } from 'ioredis';
import type { Logger } from 'pino';
import { readCertificates, readIdentity } from '../config/certificate-file.ts';
import type { RedisConfig } from '../config/config.ts';
import { MasterConnector, ServerConnector } from './redis-connector.ts';

export type RedisClient = Redis | Cluster;

const SENTINEL_PORT = 26_379;
/** Silence after which the system asks whether the other end is still there; it gives up ten seconds later. */
const KEEP_ALIVE_MS = 10_000;
/** Of OpenSSL and Node: what the server shows is not what was asked for. */
const NOT_TRUSTED = /CERT|ISSUER|SIGNATURE/;
/** The server's word that it does not take what this process shows, or that this process shows nothing. */
const REFUSED = /ALERT_(.*CERTIFICATE|UNKNOWN_CA|ACCESS_DENIED|HANDSHAKE_FAILURE)/;

/**
 * A connection that outlives any outage: it reconnects for ever, with growing pauses, and only logs meanwhile.
 * `commands` fail at once while Redis is away, so that nothing waits or piles up. A `subscriber` takes no others; whoever
 * it is for subscribes again at each connection, but for a cluster's.
 *
 * @throws ConfigError when a file of certificates, or of the key, cannot be used
 */
export function openRedis(config: RedisConfig, purpose: 'commands' | 'subscriber', logger: Logger): RedisClient {
  const client = connect(config, {
    connectionName: `signalbox-${purpose}`,
    enableOfflineQueue: purpose === 'subscriber',
    maxRetriesPerRequest: purpose === 'subscriber' ? null : 0,
    connectTimeout: 5_000,
    keepAlive: KEEP_ALIVE_MS,
    ...(purpose === 'commands' ? { commandTimeout: 2_000 } : { autoResubscribe: false }),
  });
  // Once for each reason, and not for each attempt.
  const reported = new Set<string>();
  client.on('error', (error: Error) => {
    const code = codeOf(error);
    if (!reported.has(code)) report(error, code, purpose, logger);
    reported.add(code);
  });
  client.on('ready', () => {
    if (reported.size > 0) logger.info({ purpose }, 'Redis is back');
    reported.clear();
  });
  return client;
}

function connect(config: RedisConfig, options: RedisOptions): RedisClient {
  const tls = encryptionOf(config);
  const [first = ''] = config.urls;
  switch (config.kind) {
    case 'cluster':
      return new Cluster([...config.urls], {
        clusterRetryStrategy: retryDelay,
        enableOfflineQueue: options.enableOfflineQueue === true,
        shardedSubscribers: options.enableOfflineQueue === true,
        redisOptions: { ...options, ...accessOf(first, tls), Connector: ServerConnector },
      });
    case 'sentinel': {
      const access = accessOf(config.access, tls);
      const { username, password, tls: sentinelTls } = accessOf(first, tls);
      return new Redis({
        ...options,
        ...access,
        db: Number(new URL(config.access).pathname.slice(1)),
        Connector: MasterConnector,
        name: config.master,
        sentinels: config.urls.map(addressOf),
        ...(username === undefined ? {} : { sentinelUsername: username }),
        ...(password === undefined ? {} : { sentinelPassword: password }),
        ...(sentinelTls === undefined ? {} : { sentinelTLS: sentinelTls, enableTLSForSentinelMode: true }),
        sentinelCommandTimeout: 2_000,
        sentinelRetryStrategy: retryDelay,
        retryStrategy: retryDelay,
      });
    }
    default:
      return new Redis(first, {
        ...options,
        ...accessOf(first, tls),
        Connector: ServerConnector,
        retryStrategy: retryDelay,
      });
  }
}

function retryDelay(attempt: number): number {
  return Math.min(100 * 2 ** Math.min(attempt, 5), 2_000) + Math.random() * 100;
}

function encryptionOf({ caFile, identity }: RedisConfig): ConnectionOptions {
  const files = ['SIGNALBOX_REDIS_CERT_FILE', 'SIGNALBOX_REDIS_KEY_FILE'] as const;
  return {
    ...(caFile === null ? {} : { ca: [...readCertificates(caFile, 'SIGNALBOX_REDIS_CA_FILE')] }),
    ...(identity && readIdentity(identity, files)),
  };
}

/** What all servers have in common: those that a cluster or a Sentinel names itself come without. */
function accessOf(url: string, tls: ConnectionOptions): Pick<RedisOptions, 'username' | 'password' | 'tls'> {
  const { protocol, username, password } = new URL(url);
  return {
    ...(username === '' ? {} : { username: decodeURIComponent(username) }),
    ...(password === '' ? {} : { password: decodeURIComponent(password) }),
    ...(protocol === 'rediss:' ? { tls } : {}),
  };
}

function addressOf(url: string): { host: string; port: number } {
  const { hostname, port } = new URL(url);
  return { host: hostname.replaceAll(/[[\]]/g, ''), port: Number(port || SENTINEL_PORT) };
}

function report(error: Error, code: string, purpose: string, logger: Logger): void {
  const facts = { purpose, code, error: error.message };
  if (REFUSED.test(code)) {
    const advice = 'do SIGNALBOX_REDIS_CERT_FILE and SIGNALBOX_REDIS_KEY_FILE name one that Redis trusts?';
    logger.error(facts, `Redis refuses this process for its certificate, or for having none; ${advice}`);
  } else if (NOT_TRUSTED.test(code)) {
    const advice = 'is the URL right, and does SIGNALBOX_REDIS_CA_FILE name who vouches for it?';
    logger.error(facts, `Redis shows a certificate that is not trusted, so it is not used; ${advice}`);
  } else {
    logger.warn(facts, 'Redis is away; continuing without it');
  }
}

/** A cluster's own error says only that no node could be reached, and wraps why. */
function codeOf(error: Error): string {
  if ('lastNodeError' in error && error.lastNodeError instanceof Error) return codeOf(error.lastNodeError);
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
