import { expect, test } from 'vitest';
import { append, sampleAppend } from '../../event-store/sample-events.ts';
import { startRedisCluster } from '../../support/redis-cluster.ts';
import { createTestAuthority } from '../../support/test-authority.ts';
import { waitFor } from '../../support/wait-for.ts';
import { startTwoNodes } from './two-nodes.ts';

const CHANNEL = 'test:log';

test('nodes hear each other over an encrypted cluster that asks for certificates, and notice when its node freezes', async () => {
  await using authority = await createTestAuthority();
  const certificate = await authority.certify('IP:127.0.0.1');
  await using cluster = await startRedisCluster({ certificate, asksForCertificates: true });
  const files = { caFile: authority.file, identity: await authority.identify() };
  await using nodes = await startTwoNodes({ redisUrl: cluster.url, files, channel: CHANNEL, pollMaxMs: 600_000 });
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

  const channels = await cluster.onEach((client) => client.call('PUBSUB', 'SHARDCHANNELS') as Promise<string[]>);
  expect(channels.flat()).toEqual([CHANNEL]);
  const owner = cluster.masters[channels.findIndex((names) => names.includes(CHANNEL))];
  {
    using _frozen = owner?.freeze();
    await untilHealthy(false);
    for (let round = 0; round < 3; round++) await delivers();
  }
  await untilHealthy(true);
  for (let round = 0; round < 3; round++) await delivers();
});
