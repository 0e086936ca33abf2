import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { bootstrap, createUser } from '../support/factories.ts';
import { EventFollower } from '../support/event-follower.ts';
import { BEFORE_A_LOOK_MS, HINTS_ALONE } from '../support/hints-alone.ts';
import { withRedis } from '../support/redis-client.ts';
import { startWatchedRedis } from '../support/redis-sentinels.ts';
import { ScriptedChanges } from '../support/scripted-changes.ts';
import { createDeployment } from '../support/test-app.ts';
import { waitFor } from '../support/wait-for.ts';

const CHANNEL = `test-${randomUUID()}:log`;

test('when the master dies nodes find the new one by the Sentinels, and streams miss nothing meanwhile', async () => {
  await using redis = await startWatchedRedis();
  await using deployment = await createDeployment();
  const start = (env = {}) => deployment.startNode({ REDIS_URL: redis.url, ...env }, { channel: CHANNEL });
  await using writing = await start();
  await using serving = await start(HINTS_ALONE);
  const nodes = [writing, serving];
  const { client: admin } = await bootstrap(serving.client, serving.app.bootstrapToken ?? '');
  const untilBoth = (hear: boolean) =>
    waitFor(() => nodes.every(({ app }) => app.bus.hints.healthy === hear), {
      describe: `both nodes ${hear ? 'to hear each other' : 'to notice'}`,
      timeoutMs: 30_000,
    });
  const listenersAt = ({ url }: { readonly url: string }): Promise<unknown> =>
    withRedis(url, (client) => client.call('PUBSUB', 'NUMSUB', CHANNEL));
  await untilBoth(true);
  expect(await listenersAt(redis.master)).toEqual([CHANNEL, nodes.length]);

  const changes = new ScriptedChanges(admin.at(writing.url));
  await using follower = await EventFollower.open(admin, { after: null });
  const person = await createUser(admin.at(writing.url));
  await changes.rename(person, 2);
  await follower.untilEvent(changes.lastEvent);
  // Whoever loses a machine often loses a Sentinel with it.
  await Promise.all([redis.master.kill(), redis.sentinels[0]?.kill()]);
  await untilBoth(false);
  await changes.rename(person, 2);
  await follower.untilEvent(changes.lastEvent);

  await untilBoth(true);
  await waitFor(async () => String(await listenersAt(redis.replica)) === `${CHANNEL},${nodes.length}`, {
    describe: 'both nodes to listen at the new master',
  });
  for (let round = 0; round < 3; round++) {
    await changes.rename(person, 1);
    await follower.untilEvent(changes.lastEvent, BEFORE_A_LOOK_MS);
  }
  const seen = follower.events.map(({ id }) => id);
  expect(new Set(seen).size).toBe(seen.length);
  expect(seen.filter((id) => changes.acknowledged.includes(id))).toEqual(changes.acknowledged);
}, 150_000);
