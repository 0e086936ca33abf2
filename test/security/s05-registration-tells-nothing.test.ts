import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { secretPhrase } from '../support/canaries.ts';
import { createUser, mutate, PASSWORD, personInput, type ShownUser, signIn, succeed } from '../support/factories.ts';
import { MUTATIONS } from '../support/operations.ts';
import { StatementTap } from '../support/statement-tap.ts';
import { startTestApp, type TestApp } from '../support/test-app.ts';
import { waitFor } from '../support/wait-for.ts';

let app: TestApp;
let known: ShownUser;
let disabled: ShownUser;
beforeAll(async () => {
  app = await startTestApp();
  known = await createUser(app.admin.client, { password: PASSWORD });
  disabled = await createUser(app.admin.client, { password: PASSWORD });
  await succeed(app.admin.client, 'deactivateUser', { id: disabled.id });
});
afterAll(() => app[Symbol.asyncDispose]());

const newAddress = () => `new-${randomUUID().slice(0, 8)}@example.com`;
const register = (email: string, password = secretPhrase('another private phrase')) =>
  app.client.send(MUTATIONS.register, { input: { ...personInput({ email }), password } });
const eventsOf = (user: ShownUser, type: string) =>
  app.sql<{ data: { isFirstToday: boolean } }>(
    'select data from event where aggregate_id = $1 and type = $2 order by version',
    [user.id, type],
  );

test('a new address, a known one and a disabled account’s get one answer', async () => {
  const answers = [];
  for (const email of [newAddress(), known.email, known.email.toUpperCase(), disabled.email]) {
    const { status, headers, result } = await register(email);
    answers.push(JSON.stringify({ status, length: headers.get('content-length'), result }));
  }
  expect(new Set(answers).size).toBe(1);
  expect(answers[0]).toContain('"__typename":"RegisterPayload","user":null');
});

test('before the answer the database is asked as much: a look-up, a read, an append and a write', async () => {
  await using tap = await StatementTap.listen(app.deployment.env['DATABASE_URL'] ?? '');
  await using node = await app.deployment.startNode({ DATABASE_URL: tap.url, SIGNALBOX_ROLE: 'api' });
  const asked = [];
  for (const email of [newAddress(), known.email, disabled.email]) {
    const input = { ...personInput({ email }), password: PASSWORD };
    asked.push(
      await tap.during(/app_user\b|into event_stream|update event_stream|from role\b/, () =>
        mutate(node.client, 'register', { input }),
      ),
    );
  }
  const verbs = asked.map((statements) => statements.map((text) => /^\s*(\w+)/.exec(text)?.[1]));
  expect(verbs[0]).toEqual(['select', 'select', 'with', 'insert']);
  expect(verbs[1]).toEqual(['select', 'select', 'with', 'update']);
  expect(verbs[2]).toEqual(verbs[1]);
});

test('the owner’s account stays as it is, has the attempt on record, and gets one mail a day', async () => {
  const owner = await createUser(app.admin.client, { password: PASSWORD });
  await register(owner.email);
  await register(owner.email);

  await signIn(app.client, owner.email);
  const wrong = { email: owner.email, password: secretPhrase('another private phrase') };
  expect(await mutate(app.client, 'login', { input: wrong })).toMatchObject({ code: 'INVALID_CREDENTIALS' });
  const attempts = await eventsOf(owner, 'USER_REGISTRATION_REPEATED');
  expect(attempts.map(({ data }) => data.isFirstToday)).toEqual([true, false]);
  // Both were handled when the second was; the mails lie in files here.
  const handled = async () =>
    app.sql(
      `select 1 from handler_effect f join event e on e.id = f.event_id
       where f.handler = 'registration-repeated-mail' and e.aggregate_id = $1 and f.outcome = 'done'`,
      [owner.id],
    );
  await waitFor(async () => (await handled()).length === 2, { describe: 'both attempts to be handled' });
  const mails = (await readMails()).filter((mail) => mail.includes(owner.email));
  expect(mails.filter((mail) => mail.includes('You have a Signalbox account already'))).toHaveLength(1);
});

async function readMails(): Promise<string[]> {
  const folder = join(app.deployment.env['SIGNALBOX_DATA_DIR'] ?? '', 'mail');
  const names = await readdir(folder);
  return Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
}

test('of many who register one new address at once each is accepted, and one account is made', async () => {
  const email = newAddress();
  const answers = await Promise.all(
    Array.from({ length: 4 }, () =>
      mutate(app.client, 'register', { input: { ...personInput({ email }), password: PASSWORD } }),
    ),
  );
  expect(answers.map(({ __typename }) => __typename)).toEqual(answers.map(() => 'RegisterPayload'));
  expect(await app.sql('select 1 from app_user where email = $1', [email])).toHaveLength(1);
});

test('one address can be registered a limited number of times, known or not', async () => {
  const codes = [];
  for (const email of [newAddress(), (await createUser(app.admin.client)).email]) {
    const answers = [];
    for (let attempt = 0; attempt < 6; attempt++) answers.push(await register(email));
    codes.push(answers.map(({ result }) => result.errors?.[0]?.extensions.code ?? null));
  }
  expect(codes[0]).toEqual([null, null, null, null, null, 'RATE_LIMITED']);
  expect(codes[1]).toEqual(codes[0]);
});
