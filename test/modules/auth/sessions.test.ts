import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  createUser,
  isSignedIn,
  mutate,
  PASSWORD,
  type ShownSession,
  signedInUser,
  signIn,
  succeed,
} from '../../support/factories.ts';
import type { GraphqlClient } from '../../support/graphql-client.ts';
import { SESSIONS } from '../../support/operations.ts';
import { countChanges } from '../../support/stored-log.ts';
import { startTestApp, type TestApp } from '../../support/test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app[Symbol.asyncDispose]());

async function sessionsOf(client: GraphqlClient, userId?: string): Promise<ShownSession[]> {
  return (await client.ask<{ sessions: ShownSession[] }>(SESSIONS, { userId })).sessions;
}

async function currentSession(client: GraphqlClient): Promise<string | undefined> {
  return (await sessionsOf(client)).find(({ isCurrent }) => isCurrent)?.id;
}

test('a person sees their own sessions, the newest first, and which one they are in', async () => {
  const user = await createUser(app.admin.client, { password: PASSWORD });
  const [first, second] = [await signIn(app.client, user.email), await signIn(app.client, user.email)];
  const [seenBySecond, seenByFirst] = [await sessionsOf(second.client), await sessionsOf(first.client)];

  expect(seenBySecond.map(({ isCurrent, revokedAt, user: { id } }) => ({ isCurrent, revokedAt, id }))).toEqual([
    { isCurrent: true, revokedAt: null, id: user.id },
    { isCurrent: false, revokedAt: null, id: user.id },
  ]);
  expect(seenByFirst.map(({ isCurrent }) => isCurrent)).toEqual([false, true]);
});

test('logging out ends this session at once, and no other', async () => {
  const user = await createUser(app.admin.client, { password: PASSWORD });
  const [first, second] = [await signIn(app.client, user.email), await signIn(app.client, user.email)];
  const id = await currentSession(first.client);

  expect(await mutate(first.client, 'logout')).toMatchObject({ __typename: 'LogoutPayload', sessionId: id });
  expect(await first.client.codeOf('{ me { id } }')).toBe('UNAUTHENTICATED');
  const { __typename } = await mutate(app.client, 'refreshSession', { input: { refreshToken: first.refreshToken } });
  expect(__typename).toBe('InvalidTokenError');
  expect(await isSignedIn(second.client)).toBe(true);
});

test('a person ends another session of their own, twice with one event', async () => {
  const user = await createUser(app.admin.client, { password: PASSWORD });
  const [first, second] = [await signIn(app.client, user.email), await signIn(app.client, user.email)];
  const id = await currentSession(first.client);

  const revoked = await succeed(second.client, 'revokeSession', { id });
  expect(revoked.session).toMatchObject({ id, isCurrent: false });
  expect(typeof revoked.session?.revokedAt).toBe('string');
  expect(revoked.events).toMatchObject([{ type: 'USER_LOGGED_OUT' }]);
  expect(await first.client.codeOf('{ me { id } }')).toBe('UNAUTHENTICATED');
  expect((await succeed(second.client, 'revokeSession', { id })).events).toEqual([]);
});

test('who manages sessions sees and ends those of others; nobody else learns that they exist', async () => {
  const owner = await signedInUser(app.admin.client);
  const manager = await signedInUser(app.admin.client, { role: 'manager' });
  const stranger = await signedInUser(app.admin.client);
  const id = await currentSession(owner.client);
  const before = await countChanges(app.sql);

  for (const { client } of [manager, stranger]) {
    expect(await client.codeOf(SESSIONS, { userId: owner.user.id })).toBe('FORBIDDEN');
    const refused = await mutate(client, 'revokeSession', { id });
    const unknown = await mutate(client, 'revokeSession', { id: '00000000-0000-7000-8000-000000000000' });
    expect(refused).toEqual(unknown);
    expect(refused.__typename).toBe('NotFoundError');
  }
  expect(await countChanges(app.sql)).toBe(before);
  expect(await isSignedIn(owner.client)).toBe(true);

  expect((await sessionsOf(app.admin.client, owner.user.id)).map((session) => session.id)).toEqual([id]);
  await succeed(app.admin.client, 'revokeSession', { id });
  expect(await owner.client.codeOf('{ me { id } }')).toBe('UNAUTHENTICATED');
});
