import { afterAll, beforeAll, expect, test } from 'vitest';
import { createUser, mutate, PASSWORD, personInput, type PersonInput, succeed } from '../../support/factories.ts';
import { countChanges, findLogFaults } from '../../support/stored-log.ts';
import { startTestApp, type TestApp, type TestNode } from '../../support/test-app.ts';

let app: TestApp;
let other: TestNode;
beforeAll(async () => {
  app = await startTestApp();
  other = await app.deployment.startNode();
});
afterAll(async () => {
  await other[Symbol.asyncDispose]();
  await app[Symbol.asyncDispose]();
});

const create = (input: PersonInput, node: TestNode = app) =>
  mutate(app.admin.client.at(node.url), 'createUser', { input });

test.for<[string, (taken: PersonInput) => Partial<PersonInput>]>([
  ['e-mail address', ({ email }) => ({ email })],
  ['e-mail address', ({ email }) => ({ email: email.toUpperCase() })],
  ['username', ({ username }) => ({ username })],
  ['username', ({ username }) => ({ username: username.toUpperCase() })],
])('a taken %s is refused in any case, for new and for changed accounts', async ([field, overrideOf]) => {
  const taken = personInput();
  await create(taken);
  const someone = await createUser(app.admin.client);
  const before = await countChanges(app.sql);
  const override = overrideOf(taken);

  const answers = [
    await create(personInput(override)),
    await mutate(app.admin.client, 'updateUser', { id: someone.id, input: override }),
  ];
  for (const answer of answers) {
    expect(answer).toMatchObject({ __typename: 'ConflictError', message: `This ${field} is taken.` });
  }
  expect(await countChanges(app.sql)).toBe(before);
});

test('a taken username is refused in any case to who registers; a taken address is nobody’s business', async () => {
  const taken = personInput();
  await create(taken);
  const before = await countChanges(app.sql);
  const register = (input: PersonInput) => mutate(app.client, 'register', { input: { ...input, password: PASSWORD } });
  for (const username of [taken.username, taken.username.toUpperCase()]) {
    for (const email of [personInput().email, taken.email]) {
      expect(await register(personInput({ username, email }))).toMatchObject({
        __typename: 'ConflictError',
        message: 'This username is taken.',
      });
    }
  }
  expect(await countChanges(app.sql)).toBe(before);
  expect(await register(personInput({ email: taken.email }))).toMatchObject({ __typename: 'RegisterPayload' });
});

test('of many who ask for one address at the same time on two nodes, one gets it', async () => {
  const { email } = personInput();
  const answers = await Promise.all(
    Array.from({ length: 8 }, async (_, i) => create(personInput({ email }), i % 2 === 0 ? app : other)),
  );
  expect(answers.map(({ __typename }) => __typename).sort()).toEqual([
    ...Array.from({ length: 7 }, () => 'ConflictError'),
    'CreateUserPayload',
  ]);
  expect(await app.sql('select 1 from app_user where lower(email) = lower($1)', [email])).toHaveLength(1);
  expect(await findLogFaults(app.sql)).toEqual([]);
});

test('of two who swap into one name at the same time, one gets it and the other keeps theirs', async () => {
  const [first, second] = [await createUser(app.admin.client), await createUser(app.admin.client)];
  const { username } = personInput();
  const answers = await Promise.all([
    mutate(app.admin.client, 'updateUser', { id: first.id, input: { username } }),
    mutate(app.admin.client.at(other.url), 'updateUser', {
      id: second.id,
      input: { username: username.toUpperCase() },
    }),
  ]);
  expect(answers.map(({ __typename }) => __typename).sort()).toEqual(['ConflictError', 'UpdateUserPayload']);
});

test('an account keeps its own address when only its case changes, and a deleted account frees its names', async () => {
  const taken = personInput();
  const user = await createUser(app.admin.client, taken);
  const changed = await succeed(app.admin.client, 'updateUser', {
    id: user.id,
    input: { email: taken.email.toUpperCase(), username: taken.username.toUpperCase() },
  });
  expect(changed.user).toMatchObject({ email: taken.email.toUpperCase(), username: taken.username.toUpperCase() });
  await succeed(app.admin.client, 'deleteUser', { id: user.id });
  expect(await create(taken)).toMatchObject({ __typename: 'CreateUserPayload' });
});
