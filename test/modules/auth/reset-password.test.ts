import { afterAll, beforeAll, expect, test } from 'vitest';
import { secretPhrase } from '../../support/canaries.ts';
import {
  createUser,
  isSignedIn,
  mutate,
  type MutationAnswer,
  PASSWORD,
  personInput,
  signedInUser,
  signIn,
  succeed,
} from '../../support/factories.ts';
import { countEvents } from '../../support/stored-log.ts';
import { waitFor } from '../../support/wait-for.ts';
import { type MailApp, startMailApp } from '../email/mail-app.ts';
import { mailedToken, mailedTokens, tokensIn } from './mailed-token.ts';

const NEW_PASSWORD = secretPhrase('another private phrase');

let app: MailApp;
beforeAll(async () => {
  app = await startMailApp();
});
afterAll(() => app[Symbol.asyncDispose]());

const ask = (email: string): Promise<MutationAnswer> => succeed(app.client, 'requestPasswordReset', { email });
const reset = (token: string, newPassword = NEW_PASSWORD): Promise<MutationAnswer> =>
  mutate(app.client, 'resetPassword', { input: { token, newPassword } });

test('the token of the mail sets a password once, ends every session and confirms the address', async () => {
  const { client, user } = await signedInUser(app.admin.client);
  await ask(user.email.toUpperCase());
  const token = await mailedToken(app, 'reset password', user.email);

  const answer = await reset(token);
  expect(answer).toMatchObject({ __typename: 'ResetPasswordPayload', user: { id: user.id, emailVerified: true } });
  expect(answer.events?.map(({ type }) => type)).toEqual([
    'USER_PASSWORD_CHANGED',
    'USER_EMAIL_VERIFIED',
    'USER_LOGGED_OUT',
  ]);
  expect(await client.codeOf('{ me { id } }')).toBe('UNAUTHENTICATED');
  const old = await mutate(app.client, 'login', { input: { email: user.email, password: PASSWORD } });
  expect(old.__typename).toBe('InvalidCredentialsError');
  expect(await isSignedIn((await signIn(app.client, user.email, NEW_PASSWORD)).client)).toBe(true);
  expect((await reset(token)).__typename).toBe('InvalidTokenError');
});

test('of two who present a token at the same time one sets the password, and other tokens of the account end', async () => {
  const user = await createUser(app.admin.client, { password: PASSWORD });
  await ask(user.email);
  await ask(user.email);
  const [first = '', second = ''] = await mailedTokens(app, 'reset password', user.email, 2);
  const answers = await Promise.all([reset(first, 'the first new phrase'), reset(first, 'the second new phrase')]);
  expect(answers.map(({ __typename }) => __typename).toSorted()).toEqual(['InvalidTokenError', 'ResetPasswordPayload']);
  expect((await reset(second)).__typename).toBe('InvalidTokenError');
});

test('a password that is refused leaves the token for another try', async () => {
  const user = await createUser(app.admin.client, { password: PASSWORD });
  await ask(user.email);
  const token = await mailedToken(app, 'reset password', user.email);
  const before = await countEvents(app.sql);
  for (const weak of ['', 'short', 'password123', user.email, 'x'.repeat(129), 'x'.repeat(90_000), 'nul\0nul\0nul']) {
    const { result } = await app.client.send(
      'mutation ($input: ResetPasswordInput!) { resetPassword(input: $input) { ... on Error { code } } }',
      { input: { token, newPassword: weak } },
    );
    expect(JSON.stringify(result)).toMatch(/VALIDATION_FAILED|BAD_USER_INPUT/);
  }
  expect(await countEvents(app.sql)).toBe(before);
  expect((await reset(token)).__typename).toBe('ResetPasswordPayload');
});

test('a token ends with its time, with another address, another password, and the account', async () => {
  const made = async (): Promise<{ id: string; email: string; token: string }> => {
    const { id, email } = await createUser(app.admin.client, { password: PASSWORD });
    await ask(email);
    return { id, email, token: await mailedToken(app, 'reset password', email) };
  };
  const late = await made();
  await app.sql(`update account_token set expires_at = clock_timestamp() where user_id = $1`, [late.id]);
  const moved = await made();
  await succeed(app.admin.client, 'updateUser', { id: moved.id, input: { email: personInput().email } });
  const changed = await made();
  const { client } = await signIn(app.client, changed.email);
  const input = { currentPassword: PASSWORD, newPassword: secretPhrase('the phrase of today') };
  await succeed(client, 'changePassword', { input });
  const disabled = await made();
  await succeed(app.admin.client, 'deactivateUser', { id: disabled.id });
  const gone = await made();
  await succeed(app.admin.client, 'deleteUser', { id: gone.id });

  const before = await countEvents(app.sql);
  for (const { token } of [late, moved, changed, disabled, gone]) {
    expect((await reset(token)).__typename).toBe('InvalidTokenError');
  }
  expect(await countEvents(app.sql)).toBe(before);
});

test('whether there is such an account shows neither in the answer nor in what is stored, and records nothing', async () => {
  const active = await createUser(app.admin.client);
  const disabled = await createUser(app.admin.client);
  await succeed(app.admin.client, 'deactivateUser', { id: disabled.id });
  const before = await countEvents(app.sql);
  const rows = async (): Promise<number> =>
    (await app.sql('select from account_token where purpose = $1', ['RESET_PASSWORD'])).length;
  const answers = [];
  for (const email of [active.email, disabled.email, 'nobody@example.org', 'no address']) {
    const stored = await rows();
    answers.push(await ask(email));
    expect(await rows()).toBe(stored + 1);
  }
  const shapes = answers.map(({ __typename, events }) => ({ __typename, events }));
  expect(shapes).toEqual(shapes.map(() => ({ __typename: 'RequestPasswordResetPayload', events: [] })));
  expect(await countEvents(app.sql)).toBe(before);
  await mailedToken(app, 'reset password', active.email);
  expect(tokensIn(app, 'reset password', disabled.email)).toEqual([]);
});

test('asking is limited for known and unknown accounts alike', async () => {
  const { email } = await createUser(app.admin.client);
  for (const address of [email, 'unknown-again@example.org']) {
    const codes: (string | null)[] = [];
    for (let count = 0; count < 7; count++) {
      codes.push(
        await app.client.codeOf('mutation ($email: String!) { requestPasswordReset(email: $email) { __typename } }', {
          email: address,
        }),
      );
    }
    expect(codes).toEqual([null, null, null, null, null, 'RATE_LIMITED', 'RATE_LIMITED']);
  }
});

test.for<[string, string]>([
  ['empty', ''],
  ['no token', 'guessed'],
  ['a refresh token', `sb_rt_${'A'.repeat(43)}`],
  ['for an address', `sb_ev_${'A'.repeat(43)}`],
  ['unknown', `sb_pr_${'A'.repeat(43)}`],
  ['huge', 'x'.repeat(50_000)],
])('a token that is %s is refused without a trace', async ([, token]) => {
  const before = await countEvents(app.sql);
  expect((await reset(token)).__typename).toBe('InvalidTokenError');
  expect(await countEvents(app.sql)).toBe(before);
});

test('no token is in an event, an answer or the log', async () => {
  const user = await createUser(app.admin.client, { password: PASSWORD });
  await ask(user.email);
  const token = await mailedToken(app, 'reset password', user.email);
  await reset(token);
  await waitFor(() => app.logs.some((line) => line.includes('Mail sent')), { describe: 'the log of the mail' });
  expect(app.logs.join('')).not.toContain(token.slice('sb_pr_'.length));
  const stored = await app.sql(
    `select from event where data::text like $1 or metadata::text like $1 union all
     select from account_token where hash like $1 union all select from command_answer where result::text like $1`,
    [`%${token.slice('sb_pr_'.length)}%`],
  );
  expect(stored).toEqual([]);
});
