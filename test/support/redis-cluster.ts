import { randomBytes } from 'node:crypto';
import type { Redis } from 'ioredis';
import { findFreePort } from './free-port.ts';
import { withRedis } from './redis-client.ts';
import type { InstalledServer } from './private-server.ts';
import { type InstalledOptions, startInstalledRedis } from './redis-server.ts';
import { tlsOf } from './test-authority.ts';
import { waitFor } from './wait-for.ts';

const SLOTS = 16_384;

export interface RedisCluster extends AsyncDisposable {
  /** As `REDIS_URL` names a cluster. */
  readonly url: string;
  readonly masters: readonly InstalledServer[];
  /** Runs commands at every master. */
  onEach<Result>(work: (client: Redis) => Promise<Result>): Promise<Result[]>;
}

/** A Redis Cluster of three masters, from installed binaries: the nodes of containers would not find each other. Encrypted, so are the ways between them. */
export async function startRedisCluster(encryption: InstalledOptions = {}): Promise<RedisCluster> {
  await using resources = new AsyncDisposableStack();
  const password = `canary-secret-${randomBytes(12).toString('hex')}`;
  const { certificate } = encryption;
  const masters: InstalledServer[] = [];
  const busPorts: number[] = [];
  for (let index = 0; index < 3; index++) {
    const busPort = await findFreePort();
    const settings = {
      requirepass: password,
      save: '""',
      loglevel: 'warning',
      'cluster-enabled': 'yes',
      'cluster-port': String(busPort),
      ...(certificate && { 'tls-cluster': 'yes' }),
    };
    masters.push(resources.use(await startInstalledRedis(password, settings, encryption)));
    busPorts.push(busPort);
  }
  const options = certificate && { tls: tlsOf(certificate) };
  const onEach: RedisCluster['onEach'] = (work) => Promise.all(masters.map(({ url }) => withRedis(url, work, options)));
  const share = Math.ceil(SLOTS / masters.length);
  for (const [index, { url }] of masters.entries()) {
    const join = async (client: Redis): Promise<void> => {
      const [from, to] = [index * share, Math.min((index + 1) * share, SLOTS) - 1];
      await client.call('CLUSTER', 'ADDSLOTSRANGE', from, to);
      // The epochs of masters must differ; those of nodes that were never joined are all 0.
      await client.call('CLUSTER', 'SET-CONFIG-EPOCH', index + 1);
      const first = masters[0];
      if (index > 0 && first) await client.call('CLUSTER', 'MEET', '127.0.0.1', first.port, busPorts[0] ?? 0);
    };
    await withRedis(url, join, options);
  }
  await waitFor(
    async () => {
      const states = await onEach((client) => client.call('CLUSTER', 'INFO') as Promise<string>);
      return states.every((state) => state.includes('cluster_state:ok') && state.includes('cluster_known_nodes:3'));
    },
    { describe: 'the cluster to be whole', timeoutMs: 30_000 },
  );
  const owned = resources.move();
  return {
    url: masters.map(({ url }) => url).join(','),
    masters,
    onEach,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
