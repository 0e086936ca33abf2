import { randomBytes } from 'node:crypto';
import { chown, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startContainer } from './container-server.ts';
import { findFreePort } from './free-port.ts';
import type { PrivateServer } from './private-server.ts';
import { withRedis } from './redis-client.ts';
import { findRedisServer } from './server-binaries.ts';
import { createServerDirectory } from './server-directory.ts';
import { startServerProcess } from './server-process.ts';

const IMAGE = 'redis:7-bookworm';

export interface RedisOptions {
  /** Further settings of redis.conf, e.g. `{ 'client-output-buffer-limit': 'pubsub 1mb 1mb 1' }`; they win over the defaults. */
  readonly settings?: Readonly<Record<string, string>>;
}

export type RedisServer = PrivateServer;

/** A private Redis: in a container where a Docker engine answers, else from installed binaries. It keeps nothing over a restart. */
export async function startRedis({ settings = {} }: RedisOptions = {}): Promise<RedisServer> {
  const password = randomBytes(12).toString('hex');
  const configuration = { requirepass: password, save: '""', databases: '64', loglevel: 'warning', ...settings };
  const container = await startContainer({
    image: IMAGE,
    command: ['redis-server', '/etc/redis.conf'],
    files: { '/etc/redis.conf': configurationFile(configuration) },
    port: 6379,
    urlOf: (host, port) => urlOf(password, host, port),
    isReady: answersCommands,
  });
  return container ?? startInstalledRedis(password, configuration);
}

/** Never in a container; `configuration` is the whole of it but for network and directory. */
export async function startInstalledRedis(
  password: string,
  configuration: Readonly<Record<string, string>>,
): Promise<RedisServer> {
  const command = await findRedisServer();
  await using cleanup = new AsyncDisposableStack();
  const directory = cleanup.use(await createServerDirectory('redis', 'SIGTERM'));
  const port = await findFreePort();
  const url = urlOf(password, '127.0.0.1', port);
  const path = join(directory.path, 'redis.conf');
  const network = { bind: '127.0.0.1', port: String(port), dir: directory.path };
  await writeFile(path, configurationFile({ ...configuration, ...network }), { mode: 0o600 });
  if (directory.account !== undefined) await chown(path, directory.account.uid, directory.account.gid);
  const server = await startServerProcess({
    command,
    arguments: [path],
    url,
    port,
    directory,
    isReady: () => answersCommands(url),
  });
  cleanup.move();
  return server;
}

function configurationFile(settings: Readonly<Record<string, string>>): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name} ${value}\n`)
    .join('');
}

function urlOf(password: string, host: string, port: number): string {
  return `redis://:${password}@${host}:${port}`;
}

async function answersCommands(url: string): Promise<boolean> {
  return withRedis(url, async (client) => (await client.ping()) === 'PONG');
}
