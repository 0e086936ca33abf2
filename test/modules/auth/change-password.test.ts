import { afterAll, beforeAll, expect, test } from 'vitest';
import { secretPhrase } from '../../support/canaries.ts';
import { createUser, isSignedIn, mutate, PASSWORD, signedInUser, signIn, succeed } from '../../support/factories.ts';
import { countEvents } from '../../support/stored-log.ts';
import { startTestApp, type TestApp } from '../../support/test-app.ts';

const NEW_PASSWORD = secretPhrase('another private phrase');

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app[Symbol.asyncDispose]());

test('a new password ends every other session and is the only one that works', async () => {
  const user = await createUser(app.admin.client, { password: PASSWORD });
  const [here, there] = [await signIn(app.client, user.email), await signIn(app.client, user.email)];
  const input = { currentPassword: PASSWORD, newPassword: NEW_PASSWORD };
  const changed = await succeed(here.client, 'changePassword', { input });

  expect(changed.events?.map(({ type }) => type)).toEqual(['USER_PASSWORD_CHANGED', 'USER_LOGGED_OUT']);
  expect(await isSignedIn(here.client)).toBe(true);
  expect(await there.client.codeOf('{ me { id } }')).toBe('UNAUTHENTICATED');
  const old = await mutate(app.client, 'login', { input: { email: user.email, password: PASSWORD } });
  expect(old.__typename).toBe('InvalidCredentialsError');
  expect(await isSignedIn((await signIn(app.client, user.email, NEW_PASSWORD)).client)).toBe(true);
});

test('without the current password, or to a weak one, nothing changes', async () => {
  const { client, user } = await signedInUser(app.admin.client);
  const before = await countEvents(app.sql);
  const change = (currentPassword: string, newPassword: string) =>
    mutate(client, 'changePassword', { input: { currentPassword, newPassword } });

  expect(await change(secretPhrase('not the phrase'), NEW_PASSWORD)).toMatchObject({
    __typename: 'InvalidCredentialsError',
  });
  for (const weak of ['short', 'password123', user.email, 'x'.repeat(129)]) {
    expect(await change(PASSWORD, weak)).toMatchObject({
      __typename: 'ValidationError',
      fieldErrors: [{ path: ['newPassword'] }],
    });
  }
  expect(await countEvents(app.sql)).toBe(before);
  expect(await isSignedIn((await signIn(app.client, user.email)).client)).toBe(true);
});
