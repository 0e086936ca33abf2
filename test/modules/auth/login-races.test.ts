import { afterAll, beforeAll, expect, test } from 'vitest';
import { secretPhrase } from '../../support/canaries.ts';
import {
  createUser,
  type MutationAnswer,
  mutate,
  PASSWORD,
  type ShownUser,
  signedInUser,
  succeed,
} from '../../support/factories.ts';
import { holdRows } from '../../support/held-rows.ts';
import { startTestApp, type TestApp } from '../../support/test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app[Symbol.asyncDispose]());

/**
 * Signs in while somebody else's transaction holds the user's stream: the login has checked the password by the time it
 * waits there, as the change does, which came first.
 */
async function signInAfter(user: ShownUser, change: () => Promise<unknown>): Promise<MutationAnswer> {
  await using stream = await holdRows(
    app.deployment.env['DATABASE_URL'] ?? '',
    'select from event_stream where aggregate_id = $1 for update',
    [user.id],
  );
  const changing = change();
  await stream.untilWaiting(1);
  const signingIn = mutate(app.client, 'login', { input: { email: user.email, password: PASSWORD } });
  await stream.untilWaiting(2);
  await stream.release();
  await changing;
  return await signingIn;
}

async function openSessions({ id }: ShownUser): Promise<number> {
  return (await app.sql('select 1 from session where user_id = $1 and revoked_at is null', [id])).length;
}

test('who is disabled while they sign in gets no session', async () => {
  const user = await createUser(app.admin.client, { password: PASSWORD });
  const answer = await signInAfter(user, () => succeed(app.admin.client, 'deactivateUser', { id: user.id }));
  expect(answer).toMatchObject({ __typename: 'AccountInactiveError' });
  expect(await openSessions(user)).toBe(0);
});

test('who signs in with the old password while it is changed gets no session', async () => {
  const { client, user } = await signedInUser(app.admin.client);
  const input = { currentPassword: PASSWORD, newPassword: secretPhrase('another private phrase') };
  const answer = await signInAfter(user, () => succeed(client, 'changePassword', { input }));
  expect(answer).toMatchObject({ __typename: 'InvalidCredentialsError' });
  expect(await openSessions(user)).toBe(1);
});

test('who is deleted while they sign in is answered as if unknown', async () => {
  const user = await createUser(app.admin.client, { password: PASSWORD });
  const answer = await signInAfter(user, () => succeed(app.admin.client, 'deleteUser', { id: user.id }));
  expect(answer).toMatchObject({ __typename: 'InvalidCredentialsError' });
});
