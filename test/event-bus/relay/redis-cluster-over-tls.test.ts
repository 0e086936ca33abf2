import { expect, test } from 'vitest';
import { startRedisCluster } from '../../support/redis-cluster.ts';
import { createTestAuthority } from '../../support/test-authority.ts';
import { HintsBetween } from './hints-between.ts';
import { startTwoNodes } from './two-nodes.ts';

const CHANNEL = 'test:log';

test('nodes hear each other over an encrypted cluster that asks for certificates, and notice when its node freezes', async () => {
  await using authority = await createTestAuthority();
  const certificate = await authority.certify('IP:127.0.0.1');
  await using cluster = await startRedisCluster({ certificate, asksForCertificates: true });
  const files = { caFile: authority.file, identity: await authority.identify() };
  await using nodes = await startTwoNodes({ redisUrl: cluster.url, files, channel: CHANNEL, pollMaxMs: 600_000 });
  const hints = new HintsBetween(nodes);
  await hints.until('healthy');
  await hints.deliver(3);

  const channels = await cluster.onEach((client) => client.call('PUBSUB', 'SHARDCHANNELS') as Promise<string[]>);
  expect(channels.flat()).toEqual([CHANNEL]);
  const owner = cluster.masters[channels.findIndex((names) => names.includes(CHANNEL))];
  {
    using _frozen = owner?.freeze();
    await hints.until('cut off');
    await hints.deliver(3);
  }
  await hints.until('healthy');
  await hints.deliver(3);
});
