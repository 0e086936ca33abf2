import { expect, test } from 'vitest';
import { withRedis } from '../../support/redis-client.ts';
import { startWatchedRedis } from '../../support/redis-sentinels.ts';
import { createTestAuthority, tlsOf } from '../../support/test-authority.ts';
import { HintsBetween } from './hints-between.ts';
import { startTwoNodes } from './two-nodes.ts';

const CHANNEL = 'log';

test('over TLS with certificates nodes leave a master that hangs for the one that Sentinels name, and hear each other there', async () => {
  await using authority = await createTestAuthority();
  const certificate = await authority.certify('IP:127.0.0.1');
  await using redis = await startWatchedRedis({ certificate, asksForCertificates: true });
  const files = { caFile: authority.file, identity: await authority.identify() };
  await using nodes = await startTwoNodes({ redisUrl: redis.url, files, channel: CHANNEL, pollMaxMs: 600_000 });
  const hints = new HintsBetween(nodes);
  await hints.until('healthy');
  await hints.deliver(3);

  using _frozen = redis.master.freeze();
  await hints.until('cut off');
  await hints.deliver(3);
  await hints.until('healthy');
  await hints.deliver(3);
  const listeners = await withRedis(redis.replica.url, (client) => client.call('PUBSUB', 'NUMSUB', CHANNEL), {
    tls: tlsOf(certificate),
  });
  expect(listeners).toEqual([CHANNEL, 2]);
}, 60_000);
