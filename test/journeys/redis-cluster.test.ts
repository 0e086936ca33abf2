import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bootstrap, createUser, isSignedIn, PASSWORD, signIn, succeed } from '../support/factories.ts';
import { EventFollower } from '../support/event-follower.ts';
import type { GraphqlClient } from '../support/graphql-client.ts';
import { BEFORE_A_LOOK_MS, HINTS_ALONE } from '../support/hints-alone.ts';
import { type RedisCluster, startRedisCluster } from '../support/redis-cluster.ts';
import { ScriptedChanges } from '../support/scripted-changes.ts';
import { createDeployment, type TestDeployment, type TestNode } from '../support/test-app.ts';
import { waitFor } from '../support/wait-for.ts';

const CHANNEL = `test-${randomUUID()}:log`;

let cluster: RedisCluster;
let deployment: TestDeployment;
let writing: TestNode;
let serving: TestNode;
let admin: GraphqlClient;
beforeAll(async () => {
  cluster = await startRedisCluster();
  deployment = await createDeployment();
  const start = (env = {}) => deployment.startNode({ REDIS_URL: cluster.url, ...env }, { channel: CHANNEL });
  writing = await start();
  serving = await start(HINTS_ALONE);
  ({ client: admin } = await bootstrap(serving.client, serving.app.bootstrapToken ?? ''));
  admin = admin.at(writing.url);
  await untilBothListen();
});
afterAll(async () => {
  await serving[Symbol.asyncDispose]();
  await writing[Symbol.asyncDispose]();
  await deployment[Symbol.asyncDispose]();
  await cluster[Symbol.asyncDispose]();
});

async function untilBothListen(): Promise<void> {
  await waitFor(() => [writing, serving].every((node) => node.app.bus.hints.healthy), {
    describe: 'both nodes to hear each other',
    timeoutMs: 30_000,
  });
}

test('hints go over a sharded channel, which only the node of its slot knows', async () => {
  await using follower = await EventFollower.open(admin.at(serving.url), { after: null });
  const changes = new ScriptedChanges(admin);
  const person = await changes.create();
  for (let round = 0; round < 3; round++) {
    await changes.rename(person, 1);
    await follower.untilEvent(changes.lastEvent, BEFORE_A_LOOK_MS);
  }
  const channels = await cluster.onEach((client) => client.call('PUBSUB', 'SHARDCHANNELS') as Promise<string[]>);
  expect(channels.flat()).toEqual([CHANNEL]);
  expect(await cluster.onEach((client) => client.call('PUBSUB', 'CHANNELS'))).toEqual([[], [], []]);
});

test('after its connections were killed a node hears hints again, and streams miss nothing', async () => {
  const changes = new ScriptedChanges(admin);
  await using follower = await EventFollower.open(admin.at(serving.url), { after: null });
  const person = await changes.create();
  for (let round = 0; round < 3; round++) {
    await cluster.onEach((client) => client.call('CLIENT', 'KILL', 'TYPE', 'pubsub'));
    await changes.rename(person, 2);
    await follower.untilEvent(changes.lastEvent, BEFORE_A_LOOK_MS);
    await untilBothListen();
  }
  const seen = follower.events.map(({ id }) => id);
  expect(new Set(seen).size).toBe(seen.length);
  // Between them comes what the saga of the registration makes.
  expect(seen.filter((id) => changes.acknowledged.includes(id))).toEqual(changes.acknowledged);
});

test('while the node that has the channel is dead events come without hints, and by hints once it is back', async () => {
  const changes = new ScriptedChanges(admin);
  const person = await changes.create();
  await using follower = await EventFollower.open(admin.at(serving.url), { after: null });
  const channels = await cluster.onEach((client) => client.call('PUBSUB', 'SHARDCHANNELS') as Promise<string[]>);
  const owner = cluster.masters[channels.findIndex((names) => names.includes(CHANNEL))];
  await owner?.kill();
  await waitFor(() => !serving.app.bus.hints.healthy, { describe: 'the node to notice' });
  for (let round = 0; round < 3; round++) {
    await changes.rename(person, 1);
    await follower.untilEvent(changes.lastEvent, BEFORE_A_LOOK_MS);
  }
  await owner?.restart();
  await untilBothListen();
  for (let round = 0; round < 3; round++) {
    await changes.rename(person, 1);
    await follower.untilEvent(changes.lastEvent, BEFORE_A_LOOK_MS);
  }
  const seen = follower.events.map(({ id }) => id);
  expect(new Set(seen).size).toBe(seen.length);
  const renames = changes.acknowledged.slice(-6);
  expect(seen.filter((id) => renames.includes(id))).toEqual(renames);
}, 90_000);

test('what else uses Redis works on a cluster: the cache, and the counting of attempts', async () => {
  const person = await createUser(admin, { password: PASSWORD });
  const find = 'query ($id: ID!) { user(id: $id) { firstName } }';
  const seen = async (at: TestNode) =>
    (await admin.at(at.url).ask<{ user: { firstName: string } }>(find, { id: person.id })).user.firstName;
  expect(await seen(serving)).toBe(person.firstName);
  await succeed(admin, 'updateUser', { id: person.id, input: { firstName: 'Changed' } });
  await waitFor(async () => (await seen(serving)) === 'Changed', { describe: 'the change at the other node' });

  await expect(signIn(admin, person.email, 'not the password')).rejects.toThrow('InvalidCredentialsError');
  expect(await isSignedIn((await signIn(admin, person.email)).client)).toBe(true);
  const keys = (await cluster.onEach((client) => client.keys('*'))).flat();
  expect(keys.length).toBeGreaterThan(0);
});
