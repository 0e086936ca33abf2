import { randomBytes } from 'node:crypto';
import { chown, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RedisOptions } from 'ioredis';
import { startContainer } from './container-server.ts';
import { findFreePort } from './free-port.ts';
import type { InstalledServer, PrivateServer } from './private-server.ts';
import { withRedis } from './redis-client.ts';
import { findRedisServer } from './server-binaries.ts';
import { createServerDirectory } from './server-directory.ts';
import { startServerProcess } from './server-process.ts';
import { type ServerCertificate, tlsOf } from './test-authority.ts';

const IMAGE = 'redis:7-bookworm';

export interface PrivateRedisOptions {
  /** Further settings of redis.conf, e.g. `{ 'client-output-buffer-limit': 'pubsub 1mb 1mb 1' }`; they win over the defaults. */
  readonly settings?: Readonly<Record<string, string>>;
}

export type RedisServer = PrivateServer;

/** A private Redis: in a container where a Docker engine answers, else from installed binaries. It keeps nothing over a restart. */
export async function startRedis({ settings = {} }: PrivateRedisOptions = {}): Promise<RedisServer> {
  const password = `canary-secret-${randomBytes(12).toString('hex')}`;
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

export interface InstalledOptions {
  /** Given, it takes no connections but encrypted ones. */
  readonly certificate?: ServerCertificate;
  /** It takes only clients with a certificate of the same authority. */
  readonly asksForCertificates?: boolean;
  /** Given, it is a Sentinel. */
  readonly watches?: readonly string[];
}

/** Never in a container; `configuration` is the whole of it but for network and directory. */
export async function startInstalledRedis(
  password: string,
  configuration: Readonly<Record<string, string>>,
  { certificate, asksForCertificates = false, watches }: InstalledOptions = {},
): Promise<InstalledServer> {
  const command = await findRedisServer();
  await using cleanup = new AsyncDisposableStack();
  const directory = cleanup.use(await createServerDirectory('redis', 'SIGTERM'));
  const port = await findFreePort();
  const url = urlOf(password, '127.0.0.1', port, certificate ? 'rediss' : 'redis');
  const write = async (name: string, text: string): Promise<string> => {
    const path = join(directory.path, name);
    await writeFile(path, text, { mode: 0o600 });
    if (directory.account !== undefined) await chown(path, directory.account.uid, directory.account.gid);
    return path;
  };
  const listening = certificate && {
    port: '0',
    'tls-port': String(port),
    'tls-auth-clients': asksForCertificates ? 'yes' : 'no',
    'tls-ca-cert-file': await write('ca.pem', certificate.authority),
    'tls-cert-file': await write('server.pem', certificate.certificate),
    'tls-key-file': await write('server.key', certificate.key),
  };
  const network = { bind: '127.0.0.1', dir: directory.path, ...(listening ?? { port: String(port) }) };
  const text =
    configurationFile({ ...configuration, ...network }) + (watches ?? []).map((line) => `${line}\n`).join('');
  const path = await write('redis.conf', text);
  // Whoever it says it is: some tests have it say what it is not.
  const tls = certificate && { tls: { ...tlsOf(certificate), checkServerIdentity: () => undefined } };
  const server = await startServerProcess({
    command,
    arguments: watches ? [path, '--sentinel'] : [path],
    url,
    port,
    directory,
    isReady: () => answersCommands(url, tls),
  });
  cleanup.move();
  return server;
}

function configurationFile(settings: Readonly<Record<string, string>>): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name} ${value}\n`)
    .join('');
}

function urlOf(password: string, host: string, port: number, scheme = 'redis'): string {
  return `${scheme}://:${password}@${host}:${port}`;
}

async function answersCommands(url: string, options: RedisOptions = {}): Promise<boolean> {
  return withRedis(url, async (client) => (await client.ping()) === 'PONG', options);
}
