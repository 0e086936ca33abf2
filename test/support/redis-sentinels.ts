import { randomBytes } from 'node:crypto';
import { withRedis } from './redis-client.ts';
import { type RedisServer, startInstalledRedis } from './redis-server.ts';
import { waitFor } from './wait-for.ts';

const NAME = 'signalbox';
const SENTINELS = 3;
/** Until a server that does not answer counts as dead. */
const DOWN_MS = 1_000;

export interface WatchedRedis extends AsyncDisposable {
  /** As `REDIS_URL` names it. */
  readonly url: string;
  readonly master: RedisServer;
  readonly replica: RedisServer;
  readonly sentinels: readonly RedisServer[];
}

/** A master, its replica, and three Sentinels who make the replica the master when that dies; from installed binaries. */
export async function startWatchedRedis(): Promise<WatchedRedis> {
  await using resources = new AsyncDisposableStack();
  const [password, sentinelPassword] = [randomBytes(12).toString('hex'), randomBytes(12).toString('hex')];
  const settings = { requirepass: password, masterauth: password, save: '""', loglevel: 'warning' };
  const quick = { 'repl-diskless-sync-delay': '0' };
  const master = resources.use(await startInstalledRedis(password, { ...settings, ...quick }));
  const replicaof = `127.0.0.1 ${master.port}`;
  const replica = resources.use(await startInstalledRedis(password, { ...settings, ...quick, replicaof }));
  const watches = [
    `sentinel monitor ${NAME} 127.0.0.1 ${master.port} 2`,
    `sentinel auth-pass ${NAME} ${password}`,
    `sentinel down-after-milliseconds ${NAME} ${DOWN_MS}`,
    `sentinel failover-timeout ${NAME} 5000`,
    `sentinel sentinel-pass ${sentinelPassword}`,
  ];
  const sentinels: RedisServer[] = [];
  for (let index = 0; index < SENTINELS; index++) {
    const own = { requirepass: sentinelPassword, loglevel: 'warning' };
    sentinels.push(resources.use(await startInstalledRedis(sentinelPassword, own, { watches })));
  }
  await waitFor(async () => (await Promise.all(sentinels.map(seesAll))).every(Boolean), {
    describe: 'the Sentinels to know each other and the replica',
    timeoutMs: 30_000,
  });
  const owned = resources.move();
  const hosts = sentinels.map(({ port }) => `127.0.0.1:${port}`).join(',');
  return {
    url: `redis+sentinel://:${password}@${hosts}/${NAME}?sentinelPassword=${sentinelPassword}`,
    master,
    replica,
    sentinels,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function seesAll({ url }: RedisServer): Promise<boolean> {
  return withRedis(url, async (client) => {
    const answer = (await client.call('SENTINEL', 'MASTER', NAME)) as string[];
    const valueOf = (name: string): string | undefined => answer[answer.indexOf(name) + 1];
    return valueOf('num-slaves') === '1' && valueOf('num-other-sentinels') === String(SENTINELS - 1);
  });
}
