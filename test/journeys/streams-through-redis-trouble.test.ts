import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { bootstrap, createUser, type ShownUser } from '../support/factories.ts';
import { EventFollower } from '../support/event-follower.ts';
import type { GraphqlClient } from '../support/graphql-client.ts';
import { withRedis } from '../support/redis-client.ts';
import { type RedisServer, startRedis } from '../support/redis-server.ts';
import { ScriptedChanges } from '../support/scripted-changes.ts';
import { readStoredLog } from '../support/stored-log.ts';
import { createDeployment, type TestDeployment, type TestNode } from '../support/test-app.ts';
import { waitFor } from '../support/wait-for.ts';

const CHANNEL = `test-${randomUUID()}:log`;

let deployment: TestDeployment;
let redis: RedisServer;
let writing: TestNode;
let serving: TestNode;
let admin: GraphqlClient;
let person: ShownUser;
beforeAll(async () => {
  deployment = await createDeployment();
  redis = await startRedis();
  const start = () => deployment.startNode({ REDIS_URL: redis.url }, { channel: CHANNEL });
  writing = await start();
  serving = await start();
  ({ client: admin } = await bootstrap(serving.client, serving.app.bootstrapToken ?? ''));
  admin = admin.at(writing.url);
  person = await createUser(admin);
});
afterAll(async () => {
  await serving[Symbol.asyncDispose]();
  await writing[Symbol.asyncDispose]();
  await redis[Symbol.asyncDispose]();
  await deployment[Symbol.asyncDispose]();
});
beforeEach(untilBothListen);

async function untilBothListen(): Promise<void> {
  await waitFor(() => [writing, serving].every((node) => node.app.bus.hints.healthy), {
    describe: 'both nodes to hear each other',
    timeoutMs: 30_000,
  });
}

/** Of the whole log, at the node that does not write. */
async function followBoth(): Promise<EventFollower[]> {
  return Promise.all([
    EventFollower.open(admin.at(serving.url)),
    EventFollower.open(admin.at(serving.url), { transport: 'sse' }),
  ]);
}

/** What of the log a follower did not get once and in order, up to this event; ends the followers. */
async function faultsOf(followers: readonly EventFollower[], lastEvent: string): Promise<readonly string[]> {
  await Promise.all(followers.map((follower) => follower.untilEvent(lastEvent)));
  await Promise.all(followers.map((follower) => follower[Symbol.asyncDispose]()));
  // Afterwards: what sagas record meanwhile would be missing in it.
  const log = (await readStoredLog(writing.sql)).map(({ id }) => id);
  return followers.flatMap((follower) => {
    const refused = follower.errors.map(({ extensions }) => extensions.code);
    return [...refused, ...follower.events.flatMap(({ id }, index) => (id === log[index] ? [] : [id]))];
  });
}

test('while the connections that hear hints are killed again and again, streams get every event once and in order', async () => {
  const changes = new ScriptedChanges(admin);
  const followers = await followBoth();
  for (let round = 0; round < 5; round++) {
    await changes.rename(person, 2);
    await withRedis(redis.url, (client) => client.call('CLIENT', 'KILL', 'TYPE', 'pubsub'));
    await changes.rename(person, 2);
  }
  expect(await faultsOf(followers, changes.lastEvent)).toEqual([]);
});

test('a node that Redis drops because its buffer is too small for a message misses nothing', async () => {
  const changes = new ScriptedChanges(admin);
  const followers = await followBoth();
  await withRedis(redis.url, async (client) => {
    await client.config('SET', 'client-output-buffer-limit', 'pubsub 32768 32768 1');
    for (let round = 0; round < 3; round++) {
      await untilBothListen();
      await client.publish(CHANNEL, 'x'.repeat(4_000_000));
      await waitFor(() => !serving.app.bus.hints.healthy, { describe: 'Redis to drop the node' });
      await changes.rename(person, 2);
    }
  });
  expect(await faultsOf(followers, changes.lastEvent)).toEqual([]);
});

test('hints that are forged, repeated and out of order change nothing of what streams get', async () => {
  const changes = new ScriptedChanges(admin);
  const followers = await followBoth();
  await withRedis(redis.url, async (client) => {
    for (let round = 0; round < 10; round++) {
      const { head } = writing.app.bus.tail;
      for (const claimed of [head + 1_000, 0, head, head + 1, Number.MAX_SAFE_INTEGER, head - 1, head])
        await client.publish(CHANNEL, JSON.stringify({ head: claimed, node: randomUUID() }));
      await changes.rename(person, 1);
    }
  });
  expect(await faultsOf(followers, changes.lastEvent)).toEqual([]);
});
