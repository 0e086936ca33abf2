import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  createUser,
  mutate,
  type MutationAnswer,
  PASSWORD,
  personInput,
  signIn,
  succeed,
} from '../../support/factories.ts';
import { countEvents, findLogFaults } from '../../support/stored-log.ts';
import { type MailApp, startMailApp } from '../email/mail-app.ts';
import { mailedToken, tokensIn } from './mailed-token.ts';

let app: MailApp;
beforeAll(async () => {
  app = await startMailApp();
});
afterAll(() => app[Symbol.asyncDispose]());

const verify = (token: string): Promise<MutationAnswer> => mutate(app.client, 'verifyEmail', { token });

test('somebody who registers confirms the address with the mail, once', async () => {
  const person = personInput();
  await succeed(app.client, 'register', { input: { ...person, password: PASSWORD } });
  const token = await mailedToken(app, 'confirm address', person.email);
  const before = (await signIn(app.client, person.email)).user;
  expect(before.emailVerified).toBe(false);

  const answer = await verify(token);
  expect(answer).toMatchObject({
    __typename: 'VerifyEmailPayload',
    user: { id: before.id, emailVerified: true },
    events: [{ type: 'USER_EMAIL_VERIFIED' }],
  });
  expect((await verify(token)).__typename).toBe('InvalidTokenError');
  expect(await findLogFaults(app.sql)).toEqual([]);
});

test('a changed address is to be confirmed again, and what was sent to the old one is worth nothing', async () => {
  const first = personInput().email;
  const second = personInput().email;
  const user = await createUser(app.admin.client, { email: first, password: PASSWORD });
  const old = await mailedToken(app, 'confirm address', first);
  const changed = await succeed(app.admin.client, 'updateUser', { id: user.id, input: { email: second } });
  expect(changed.user?.emailVerified).toBe(false);
  expect((await verify(old)).__typename).toBe('InvalidTokenError');
  await verify(await mailedToken(app, 'confirm address', second));

  const written = second.toUpperCase();
  const same = await succeed(app.admin.client, 'updateUser', { id: user.id, input: { email: written } });
  expect(same.user).toMatchObject({ email: written, emailVerified: true });
  const again = await succeed(app.admin.client, 'updateUser', { id: user.id, input: { email: first } });
  expect(again.user?.emailVerified).toBe(false);
});

test('an account without a password gets a link to set one, which confirms the address', async () => {
  const user = await createUser(app.admin.client);
  const token = await mailedToken(app, 'set password', user.email);
  expect((await verify(token)).__typename).toBe('InvalidTokenError');
  const answer = await mutate(app.client, 'resetPassword', { input: { token, newPassword: PASSWORD } });
  expect(answer).toMatchObject({ __typename: 'ResetPasswordPayload', user: { emailVerified: true } });
  expect((await signIn(app.client, user.email)).user.id).toBe(user.id);
  expect(tokensIn(app, 'confirm address', user.email)).toEqual([]);
});

test('a link to set a password follows the account to another address', async () => {
  const user = await createUser(app.admin.client);
  const wrong = await mailedToken(app, 'set password', user.email);
  const { email } = personInput();
  await succeed(app.admin.client, 'updateUser', { id: user.id, input: { email } });
  expect(
    (await mutate(app.client, 'resetPassword', { input: { token: wrong, newPassword: PASSWORD } })).__typename,
  ).toBe('InvalidTokenError');
  const token = await mailedToken(app, 'set password', email);
  expect((await mutate(app.client, 'resetPassword', { input: { token, newPassword: PASSWORD } })).__typename).toBe(
    'ResetPasswordPayload',
  );
});

test.for<[string, string]>([
  ['empty', ''],
  ['no token', 'guessed'],
  ['for a password', `sb_pr_${'A'.repeat(43)}`],
  ['unknown', `sb_ev_${'A'.repeat(43)}`],
  ['huge', 'x'.repeat(50_000)],
])('a token that is %s is refused without a trace', async ([, token]) => {
  const before = await countEvents(app.sql);
  expect((await verify(token)).__typename).toBe('InvalidTokenError');
  expect(await countEvents(app.sql)).toBe(before);
});
