import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  createUser,
  isSignedIn,
  mutate,
  PASSWORD,
  signedInUser,
  signIn,
  type SignedIn,
} from '../../support/factories.ts';
import { holdRows } from '../../support/held-rows.ts';
import { startTestApp, type TestApp, type TestNode } from '../../support/test-app.ts';

let app: TestApp;
let withoutGrace: TestNode;
beforeAll(async () => {
  app = await startTestApp();
  withoutGrace = await app.deployment.startNode({ SIGNALBOX_REFRESH_GRACE_SECONDS: '0' });
});
afterAll(async () => {
  await withoutGrace[Symbol.asyncDispose]();
  await app[Symbol.asyncDispose]();
});

const refresh = (refreshToken: string | undefined, node: TestNode = app) =>
  mutate(node.client, 'refreshSession', { input: { refreshToken } });

async function reasonsOf({ user }: SignedIn): Promise<unknown[]> {
  const rows = await app.sql<{ reason: string }>(
    `select data->>'reason' as reason from event where aggregate_id = $1 and type = 'USER_LOGGED_OUT' order by version`,
    [user.id],
  );
  return rows.map(({ reason }) => reason);
}

test('a refresh token is exchanged for new tokens of the same session', async () => {
  const session = await signedInUser(app.admin.client);
  const next = await refresh(session.refreshToken);

  expect(next).toMatchObject({ __typename: 'RefreshSessionPayload', user: { id: session.user.id } });
  expect(next.refreshToken).not.toBe(session.refreshToken);
  expect(await isSignedIn(app.client.as(next.accessToken ?? ''))).toBe(true);
  expect(await isSignedIn(session.client)).toBe(true);
  expect(await refresh(next.refreshToken)).toMatchObject({ __typename: 'RefreshSessionPayload' });
});

test('a client that lost the answer asks again with the same token, and the lost one is worth nothing', async () => {
  const session = await signedInUser(app.admin.client);
  const lost = await refresh(session.refreshToken);
  const repeated = await refresh(session.refreshToken);

  expect(repeated).toMatchObject({ __typename: 'RefreshSessionPayload' });
  expect(await refresh(lost.refreshToken)).toMatchObject({ __typename: 'InvalidTokenError' });
  expect(await refresh(repeated.refreshToken)).toMatchObject({ __typename: 'RefreshSessionPayload' });
  expect(await reasonsOf(session)).toEqual([]);
});

test('a token that comes back after its successor was used ends the session and all its tokens', async () => {
  const session = await signedInUser(app.admin.client);
  const second = await refresh(session.refreshToken);
  const third = await refresh(second.refreshToken);

  expect(await refresh(session.refreshToken)).toMatchObject({ __typename: 'InvalidTokenError' });
  expect(await session.client.codeOf('{ me { id } }')).toBe('UNAUTHENTICATED');
  expect(await app.client.as(third.accessToken ?? '').codeOf('{ me { id } }')).toBe('UNAUTHENTICATED');
  expect(await refresh(third.refreshToken)).toMatchObject({ __typename: 'InvalidTokenError' });
  expect(await reasonsOf(session)).toEqual(['REFRESH_TOKEN_REUSED']);
});

test('a token that comes back after the grace ends its session, but no other of the same account', async () => {
  const user = await createUser(app.admin.client, { password: PASSWORD });
  const [session, other] = [await signIn(app.client, user.email), await signIn(app.client, user.email)];
  await refresh(session.refreshToken, withoutGrace);

  expect(await refresh(session.refreshToken, withoutGrace)).toMatchObject({ __typename: 'InvalidTokenError' });
  expect(await session.client.codeOf('{ me { id } }')).toBe('UNAUTHENTICATED');
  expect(await isSignedIn(other.client)).toBe(true);
});

test('of two clients that present one token at the same time both are answered, and one holds the successor', async () => {
  const session = await signedInUser(app.admin.client);
  await using sessions = await holdRows(
    app.deployment.env['DATABASE_URL'] ?? '',
    'select from session where user_id = $1 for update',
    [session.user.id],
  );
  const refreshing = Promise.all([refresh(session.refreshToken), refresh(session.refreshToken)]);
  await sessions.untilWaiting(2);
  await sessions.release();
  const both = await refreshing;

  expect(both.map(({ __typename }) => __typename)).toEqual(['RefreshSessionPayload', 'RefreshSessionPayload']);
  const uses = [await refresh(both[0]?.refreshToken), await refresh(both[1]?.refreshToken)];
  expect(uses.map(({ __typename }) => __typename).sort()).toEqual(['InvalidTokenError', 'RefreshSessionPayload']);
  expect(await isSignedIn(session.client)).toBe(true);
  expect(await reasonsOf(session)).toEqual([]);
});

test('nothing but a refresh token is taken for one, and a refresh token for nothing else', async () => {
  const session = await signedInUser(app.admin.client);
  for (const text of ['', 'x', session.accessToken, `${session.refreshToken} `, session.refreshToken.slice(0, -1)]) {
    expect(await refresh(text)).toMatchObject({ __typename: 'InvalidTokenError' });
  }
  expect(await app.client.as(session.refreshToken).codeOf('{ me { id } }')).toBe('UNAUTHENTICATED');
  expect(await isSignedIn(session.client)).toBe(true);
});

test('an account that was disabled cannot refresh', async () => {
  const session = await signedInUser(app.admin.client);
  await mutate(app.admin.client, 'deactivateUser', { id: session.user.id });
  expect(await refresh(session.refreshToken)).toMatchObject({ __typename: 'InvalidTokenError' });
  await mutate(app.admin.client, 'activateUser', { id: session.user.id });
  expect(await refresh(session.refreshToken)).toMatchObject({ __typename: 'InvalidTokenError' });
});
