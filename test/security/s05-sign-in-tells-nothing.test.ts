import { afterAll, beforeAll, expect, test } from 'vitest';
import { secretPhrase } from '../support/canaries.ts';
import { createUser, mutate, PASSWORD, type ShownUser, succeed } from '../support/factories.ts';
import { holdRows } from '../support/held-rows.ts';
import { MUTATIONS } from '../support/operations.ts';
import { StatementTap } from '../support/statement-tap.ts';
import { startTestApp, type TestApp } from '../support/test-app.ts';
import { waitFor } from '../support/wait-for.ts';

const HOLD = 'select from event_stream where aggregate_id = $1 for update';

let app: TestApp;
let known: ShownUser;
let disabled: ShownUser;
let withoutPassword: ShownUser;
beforeAll(async () => {
  app = await startTestApp();
  known = await createUser(app.admin.client, { password: PASSWORD });
  disabled = await createUser(app.admin.client, { password: PASSWORD });
  withoutPassword = await createUser(app.admin.client);
  await succeed(app.admin.client, 'deactivateUser', { id: disabled.id });
});
afterAll(() => app[Symbol.asyncDispose]());

const attempt = (email: string) =>
  app.client.send(MUTATIONS.login, { input: { email, password: secretPhrase('not the phrase') } });
const failuresOf = ({ id }: ShownUser) =>
  app.sql("select 1 from event where aggregate_id = $1 and type = 'USER_LOGIN_FAILED'", [id]);

test('unknown, known and disabled accounts, and such without a password, get one answer', async () => {
  const answers = [];
  for (const email of ['nobody@example.com', known.email, disabled.email, withoutPassword.email]) {
    const { status, headers, result } = await attempt(email);
    answers.push(JSON.stringify({ status, length: headers.get('content-length'), result }));
  }
  expect(new Set(answers).size).toBe(1);
  expect(answers[0]).toContain('INVALID_CREDENTIALS');
});

test('before the answer the database is asked the same', async () => {
  await using tap = await StatementTap.listen(app.deployment.env['DATABASE_URL'] ?? '');
  await using node = await app.deployment.startNode({ DATABASE_URL: tap.url, SIGNALBOX_ROLE: 'api' });
  const asked = [];
  for (const email of ['nobody@example.com', known.email, disabled.email]) {
    const input = { email, password: secretPhrase('not the phrase') };
    const statements = await tap.during(/app_user\b/, () => mutate(node.client, 'login', { input }));
    // What is recorded comes after the answer; the next test holds that.
    asked.push(statements.filter((text) => text.includes('password_hash')));
  }
  expect(asked[0]).toHaveLength(1);
  expect(asked[1]).toEqual(asked[0]);
  expect(asked[2]).toEqual(asked[0]);
});

test('a refused sign-in is answered before it is recorded, and recorded all the same', async () => {
  const before = (await failuresOf(known)).length;
  await using held = await holdRows(app.deployment.env['DATABASE_URL'] ?? '', HOLD, [known.id]);
  expect((await attempt(known.email)).result.errors).toBeUndefined();
  await held.untilWaiting(1);
  expect(await failuresOf(known)).toHaveLength(before);
  await held.release();
  await waitFor(async () => (await failuresOf(known)).length === before + 1, { describe: 'the failure on record' });
});

test('only who knows the password learns that the account is disabled', async () => {
  expect(await mutate(app.client, 'login', { input: { email: disabled.email, password: PASSWORD } })).toMatchObject({
    code: 'ACCOUNT_INACTIVE',
  });
});
