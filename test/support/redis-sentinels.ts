import { randomBytes } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { InstalledServer } from './private-server.ts';
import { withRedis } from './redis-client.ts';
import { type InstalledOptions, startInstalledRedis } from './redis-server.ts';
import { type ServerCertificate, tlsOf } from './test-authority.ts';
import { waitFor } from './wait-for.ts';

const NAME = 'signalbox';
const SENTINELS = 3;
/** Until a server that does not answer counts as dead. */
const DOWN_MS = 1_000;

export interface WatchedRedis extends AsyncDisposable {
  /** As `REDIS_URL` names it. */
  readonly url: string;
  readonly master: InstalledServer;
  readonly replica: InstalledServer;
  readonly sentinels: readonly InstalledServer[];
}

/** A master, its replica, and three Sentinels who make the replica the master when that dies; from installed binaries. Encrypted, so are the ways between them. */
export async function startWatchedRedis(encryption: InstalledOptions = {}): Promise<WatchedRedis> {
  const { certificate } = encryption;
  await using resources = new AsyncDisposableStack();
  const [password, sentinelPassword] = [randomBytes(12).toString('hex'), randomBytes(12).toString('hex')];
  const between = certificate && { 'tls-replication': 'yes' };
  const settings = { requirepass: password, masterauth: password, save: '""', loglevel: 'warning', ...between };
  const quick = { 'repl-diskless-sync-delay': '0' };
  const master = resources.use(await startInstalledRedis(password, { ...settings, ...quick }, encryption));
  const replicaof = `127.0.0.1 ${master.port}`;
  const replica = resources.use(await startInstalledRedis(password, { ...settings, ...quick, replicaof }, encryption));
  const watches = [
    `sentinel monitor ${NAME} 127.0.0.1 ${master.port} 2`,
    `sentinel auth-pass ${NAME} ${password}`,
    `sentinel down-after-milliseconds ${NAME} ${DOWN_MS}`,
    `sentinel failover-timeout ${NAME} 5000`,
    `sentinel sentinel-pass ${sentinelPassword}`,
  ];
  const sentinels: InstalledServer[] = [];
  for (let index = 0; index < SENTINELS; index++) {
    const own = { requirepass: sentinelPassword, loglevel: 'warning', ...between };
    sentinels.push(resources.use(await startInstalledRedis(sentinelPassword, own, { ...encryption, watches })));
  }
  await waitFor(async () => (await Promise.all(sentinels.map((each) => seesAll(each, certificate)))).every(Boolean), {
    describe: 'the Sentinels to know each other and the replica',
    timeoutMs: 30_000,
  });
  const owned = resources.move();
  const hosts = sentinels.map(({ port }) => `127.0.0.1:${port}`).join(',');
  return {
    url: `${certificate ? 'rediss' : 'redis'}+sentinel://:${password}@${hosts}/${NAME}?sentinelPassword=${sentinelPassword}`,
    master,
    replica,
    sentinels,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function seesAll({ url }: InstalledServer, certificate?: ServerCertificate): Promise<boolean> {
  const ask = async (client: Redis): Promise<boolean> => {
    const answer = (await client.call('SENTINEL', 'MASTER', NAME)) as string[];
    const valueOf = (name: string): string | undefined => answer[answer.indexOf(name) + 1];
    return valueOf('num-slaves') === '1' && valueOf('num-other-sentinels') === String(SENTINELS - 1);
  };
  return withRedis(url, ask, certificate && { tls: tlsOf(certificate) });
}
