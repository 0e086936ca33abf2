import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type SignedIn, signedInUser } from '../../support/factories.ts';
import { EventFollower } from '../../support/event-follower.ts';
import type { GraphqlClient } from '../../support/graphql-client.ts';
import { startTestApp, type TestApp, type TestNode } from '../../support/test-app.ts';
import { waitFor } from '../../support/wait-for.ts';

const LIST = `query ($userId: ID, $first: Int) { liveConnections(userId: $userId, first: $first) { totalCount silentNodes connections {
  id node transport userId ipAddress userAgent since unsentBytes operations { name type since sent cursor lag } } } }`;
const END = `mutation ($id: ID!, $reason: String!) { endConnection(id: $id, reason: $reason) { __typename
  ... on EndConnectionPayload { connection { id userId } events { type aggregateId data } } ... on Error { code } } }`;

interface Shown {
  readonly totalCount: number;
  readonly silentNodes: readonly string[];
  readonly connections: readonly { readonly id: string; readonly node: string; readonly transport: string }[];
}

interface Ended {
  readonly __typename: string;
  readonly events?: readonly { readonly data: unknown }[];
}

const list = async (client: GraphqlClient, variables: Record<string, unknown> = {}): Promise<Shown> =>
  (await client.ask<{ liveConnections: Shown }>(LIST, variables)).liveConnections;
const end = async (client: GraphqlClient, id: string, reason = 'Too many streams.'): Promise<Ended> =>
  (await client.ask<{ endConnection: Ended }>(END, { id, reason })).endConnection;

let app: TestApp;
let other: TestNode;
let admin: GraphqlClient;
let person: SignedIn;
beforeAll(async () => {
  app = await startTestApp();
  other = await app.deployment.startNode();
  admin = app.admin.client;
  person = await signedInUser(admin);
});
afterAll(async () => {
  await other[Symbol.asyncDispose]();
  await app[Symbol.asyncDispose]();
});

test('who manages sessions sees the connections of every node and what runs on them', async () => {
  await using socket = await EventFollower.open(person.client.at(other.url), {
    filter: { aggregateId: person.user.id },
  });
  await using stream = await EventFollower.open(person.client, { transport: 'sse' });
  await Promise.all([socket, stream].map((follower) => follower.untilReceived(3)));

  const { totalCount, silentNodes, connections } = await list(admin, { userId: person.user.id });
  expect([totalCount, silentNodes]).toEqual([2, []]);
  const byTransport = connections.toSorted((a, b) => (a.transport < b.transport ? -1 : 1));
  const common = {
    userId: person.user.id,
    ipAddress: '127.0.0.1',
    unsentBytes: 0,
    operations: [{ name: null, type: 'subscription', sent: 3 }],
  };
  expect(byTransport).toMatchObject([
    { ...common, transport: 'SSE', node: app.app.bus.node },
    { ...common, transport: 'WEBSOCKET', node: other.app.bus.node },
  ]);
  expect((await list(admin, { userId: randomUUID() })).connections).toEqual([]);
  expect((await list(admin, { first: 1 })).connections).toHaveLength(1);
});

test('a connection is ended at whichever node it is, with a reason, and its client is told not to come back', async () => {
  await using socket = await EventFollower.open(person.client.at(other.url));
  await using stream = await EventFollower.open(person.client, { transport: 'sse' });
  const { connections } = await list(admin, { userId: person.user.id });
  const idOf = (transport: string): string => connections.find((each) => each.transport === transport)?.id ?? '';

  const ended = await end(admin, idOf('WEBSOCKET'));
  expect(ended).toMatchObject({
    __typename: 'EndConnectionPayload',
    connection: { id: idOf('WEBSOCKET'), userId: person.user.id },
    events: [
      {
        type: 'CONNECTION_ENDED',
        aggregateId: idOf('WEBSOCKET'),
        data: { connectionId: idOf('WEBSOCKET'), personId: person.user.id, reason: 'Too many streams.' },
      },
    ],
  });
  expect(await socket.untilEnded()).toEqual({ closeCode: 1008 });
  expect(stream.ended).toBeNull();

  await end(admin, idOf('SSE'));
  await stream.untilEnded();
  expect(stream.errors.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN']);
  expect((await list(admin, { userId: person.user.id })).totalCount).toBe(0);
  expect(await end(admin, idOf('SSE'))).toMatchObject({ __typename: 'NotFoundError' });
});

test('a connection that is not there, or no reason, is refused and records nothing', async () => {
  expect(await end(admin, randomUUID())).toMatchObject({ __typename: 'NotFoundError' });
  expect(await end(admin, randomUUID(), ' ')).toMatchObject({ __typename: 'ValidationError' });
});

test('nobody else sees or ends connections, not even their own', async () => {
  for (const [query, variables] of [
    [LIST, {}],
    [END, { id: randomUUID(), reason: 'Because.' }],
  ] as const) {
    const { result } = await person.client.send(query, variables);
    expect(result.errors?.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN']);
  }
});

test('a node that does not answer is named, and not waited for once it was silent for some seconds', async () => {
  const node = randomUUID();
  await app.sql(`insert into live_node (node, seen_at) values ($1, clock_timestamp() - interval '30 seconds')`, [node]);
  expect((await list(admin)).silentNodes).toEqual([node]);
  await app.sql('delete from live_node where node = $1', [node]);
});

test('without Redis the nodes find out by themselves that they are asked', async () => {
  const env = { REDIS_URL: '' };
  await using alone = await startTestApp({ env });
  await using second = await alone.deployment.startNode(env);
  await using follower = await EventFollower.open(alone.admin.client.at(second.url));
  // A socket does not say when its stream begins, and is not there before its introduction.
  const connections = await waitFor(
    async () => {
      const found = (await list(alone.admin.client)).connections;
      return found.length > 0 && found;
    },
    { describe: 'the connection at the other node' },
  );
  expect(connections).toMatchObject([{ node: second.app.bus.node, userId: alone.admin.user.id }]);
  await end(alone.admin.client, connections[0]?.id ?? '');
  expect(await follower.untilEnded()).toEqual({ closeCode: 1008 });
});
