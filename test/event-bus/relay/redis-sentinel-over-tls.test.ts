import { expect, test } from 'vitest';
import { append, sampleAppend } from '../../event-store/sample-events.ts';
import { withRedis } from '../../support/redis-client.ts';
import { startWatchedRedis } from '../../support/redis-sentinels.ts';
import { createTestAuthority, tlsOf } from '../../support/test-authority.ts';
import { waitFor } from '../../support/wait-for.ts';
import { startTwoNodes } from './two-nodes.ts';

const CHANNEL = 'log';

test('over TLS with certificates nodes leave a master that hangs for the one that Sentinels name, and hear each other there', async () => {
  await using authority = await createTestAuthority();
  const certificate = await authority.certify('IP:127.0.0.1');
  await using redis = await startWatchedRedis({ certificate, asksForCertificates: true });
  const files = { caFile: authority.file, identity: await authority.identify() };
  await using nodes = await startTwoNodes({ redisUrl: redis.url, files, channel: CHANNEL, pollMaxMs: 600_000 });
  const { a, b } = nodes;
  let head = 0;
  const delivers = async (): Promise<void> => {
    await append(a.database.sql, sampleAppend('a'));
    a.bus.relay.wake();
    head += 1;
    await waitFor(() => b.bus.tail.head === head, { describe: `event ${head} on the other node`, timeoutMs: 5_000 });
  };
  const untilHealthy = (expected: boolean) =>
    waitFor(() => [a, b].every((node) => node.bus.hints.healthy === expected), {
      describe: `the nodes to be ${expected ? 'well' : 'cut off'}`,
      timeoutMs: 20_000,
    });
  await untilHealthy(true);
  for (let round = 0; round < 3; round++) await delivers();

  using _frozen = redis.master.freeze();
  await untilHealthy(false);
  for (let round = 0; round < 3; round++) await delivers();
  await untilHealthy(true);
  for (let round = 0; round < 3; round++) await delivers();
  const listeners = await withRedis(redis.replica.url, (client) => client.call('PUBSUB', 'NUMSUB', CHANNEL), {
    tls: tlsOf(certificate),
  });
  expect(listeners).toEqual([CHANNEL, 2]);
}, 60_000);
