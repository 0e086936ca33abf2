import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { secretPhrase } from '../../support/canaries.ts';
import {
  createUser,
  PASSWORD,
  roleId,
  type ShownSession,
  signedInUser,
  type SignedIn,
  signIn,
  succeed,
} from '../../support/factories.ts';
import { EventFollower } from '../../support/event-follower.ts';
import type { GraphqlClient } from '../../support/graphql-client.ts';
import { letReadOthers } from '../../support/look-for-others.ts';
import { SESSIONS } from '../../support/operations.ts';
import { readStoredLog } from '../../support/stored-log.ts';
import { startTestApp, type TestApp, type TestNode } from '../../support/test-app.ts';

/** The longest that open streams may outlive a right, on any node. */
const BOUND_MS = 2_000;

let app: TestApp;
let other: TestNode;
let admin: GraphqlClient;
beforeAll(async () => {
  app = await startTestApp();
  other = await app.deployment.startNode();
  admin = app.admin.client;
});
afterAll(async () => {
  await other[Symbol.asyncDispose]();
  await app[Symbol.asyncDispose]();
});

/** Follows on the node that does not write, and on the one that does. */
async function followOnBoth({ client, user }: SignedIn): Promise<EventFollower[]> {
  const followers = await Promise.all([
    EventFollower.open(client.at(other.url), { filter: { aggregateId: user.id } }),
    EventFollower.open(client, { filter: { aggregateId: user.id }, transport: 'sse' }),
  ]);
  await Promise.all(followers.map((follower) => follower.untilReceived(3)));
  return followers;
}

interface Ending {
  readonly name: string;
  readonly end: (session: SignedIn) => Promise<unknown>;
}

const ENDINGS: readonly Ending[] = [
  { name: 'deactivated', end: ({ user }) => succeed(admin, 'deactivateUser', { id: user.id }) },
  { name: 'deleted', end: ({ user }) => succeed(admin, 'deleteUser', { id: user.id }) },
  { name: 'signed out', end: ({ client }) => succeed(client, 'logout') },
  {
    name: 'signed out by an administrator',
    async end({ user }) {
      const { sessions } = await admin.ask<{ sessions: ShownSession[] }>(SESSIONS, { userId: user.id });
      await succeed(admin, 'revokeSession', { id: sessions[0]?.id });
    },
  },
  {
    name: 'given a new password elsewhere',
    async end({ user }) {
      const { client } = await signIn(admin, user.email);
      await succeed(client, 'changePassword', {
        input: { currentPassword: PASSWORD, newPassword: secretPhrase('another private phrase') },
      });
    },
  },
  {
    name: 'robbed of a refresh token that is used twice',
    async end({ refreshToken }) {
      const refresh = async (token?: string) =>
        succeed(admin.as(null), 'refreshSession', { input: { refreshToken: token } });
      const next = await refresh(refreshToken);
      await refresh(next.refreshToken);
      await expect(refresh(refreshToken)).rejects.toThrow('InvalidTokenError');
    },
  },
];

describe.for(['user', 'admin'] as const)('the streams of a person with the role %s', (role) => {
  test.for(ENDINGS)('who is $name end with UNAUTHENTICATED on every node', async ({ end }) => {
    const session = await signedInUser(admin, { role });
    const followers = await followOnBoth(session);
    await end(session);
    for (const follower of followers) {
      await follower.untilEnded(BOUND_MS);
      expect(follower.errors.map(({ extensions }) => extensions.code)).toEqual(['UNAUTHENTICATED']);
      await follower[Symbol.asyncDispose]();
    }
  });
});

test('the stream of an administrator who is made a user narrows to events about themselves, without a break', async () => {
  const session = await signedInUser(admin, { role: 'admin' });
  const stranger = await createUser(admin);
  await using follower = await EventFollower.open(session.client.at(other.url));
  await follower.untilReceived((await readStoredLog(app.sql)).length);

  const demoted = await succeed(admin, 'updateUser', {
    id: session.user.id,
    input: { roleId: await roleId(admin, 'user') },
  });
  await succeed(admin, 'updateUser', { id: stranger.id, input: { firstName: 'Hidden' } });
  const own = await succeed(admin, 'updateUser', { id: session.user.id, input: { firstName: 'Seen' } });
  await follower.untilEvent(own.events?.[0]?.id ?? '');

  const seen = follower.events.map(({ id }) => id);
  expect(seen.slice(seen.indexOf(demoted.events?.[0]?.id ?? ''))).toEqual([
    demoted.events?.[0]?.id,
    own.events?.[0]?.id,
  ]);
  expect(follower.errors).toEqual([]);
});

test('the stream of a user who is made administrator widens from that event on', async () => {
  const session = await signedInUser(admin);
  const stranger = await createUser(admin);
  await using follower = await EventFollower.open(session.client.at(other.url));
  await follower.untilReceived(3);

  const promoted = await succeed(admin, 'updateUser', {
    id: session.user.id,
    input: { roleId: await roleId(admin, 'admin') },
  });
  letReadOthers(session.user.id);
  const shown = await succeed(admin, 'updateUser', { id: stranger.id, input: { firstName: 'Seen' } });
  await follower.untilEvent(shown.events?.[0]?.id ?? '');
  expect(follower.events.slice(3).map(({ id }) => id)).toEqual([promoted.events?.[0]?.id, shown.events?.[0]?.id]);
});
