import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createUser, mutate, PASSWORD, personInput, signedInUser, succeed } from '../../support/factories.ts';
import { countEvents, findLogFaults } from '../../support/stored-log.ts';
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

const newKey = (): string => crypto.randomUUID();

test('a creation repeated fifty times at once on two nodes makes one user and gives one answer, also later', async () => {
  // With a password: it is hashed once for each node, not fifty times.
  const variables = { input: { ...personInput(), password: PASSWORD }, idempotencyKey: newKey() };
  const { client } = app.admin;
  const before = await countEvents(app.sql);
  const atOnce = await Promise.all(
    Array.from({ length: 50 }, (_, index) =>
      mutate(index % 2 === 0 ? client : client.at(other.url), 'createUser', variables),
    ),
  );
  const later = await mutate(client, 'createUser', variables);

  const answers = [...atOnce, later].map(({ __typename, user, events }) => ({
    __typename,
    id: user?.id,
    events: events?.map(({ id, type, version }) => ({ id, type, version })),
  }));
  expect(answers).toEqual(answers.map(() => answers[0]));
  expect(answers[0]).toMatchObject({ __typename: 'CreateUserPayload', events: [{ version: 1 }, { version: 2 }] });
  expect(await countEvents(app.sql)).toBe(before + 2);
});

test('a repeated update and a repeated deletion take effect once', async () => {
  const { id } = await createUser(app.admin.client);
  const update = { id, input: { firstName: 'Once' }, idempotencyKey: newKey() };
  const first = await succeed(app.admin.client, 'updateUser', update);
  await succeed(app.admin.client, 'updateUser', { id, input: { firstName: 'Later' } });
  const again = await succeed(app.admin.client, 'updateUser', update);
  expect(again.events?.map((event) => event.id)).toEqual(first.events?.map((event) => event.id));
  expect(again.user?.firstName).toBe('Later');

  const deletion = { id, idempotencyKey: newKey() };
  const deleted = await succeed(app.admin.client, 'deleteUser', deletion);
  const before = await countEvents(app.sql);
  expect(await succeed(app.admin.client, 'deleteUser', deletion)).toMatchObject({
    userId: id,
    user: { firstName: 'Later' },
    events: deleted.events?.map((event) => ({ id: event.id })) ?? [],
  });
  expect(await countEvents(app.sql)).toBe(before);
});

test('a key with another input or another command is a conflict, whatever the order of the fields', async () => {
  const idempotencyKey = newKey();
  const { email, username, firstName, lastName } = personInput();
  const { user } = await succeed(app.admin.client, 'createUser', {
    input: { email, username, firstName, lastName },
    idempotencyKey,
  });
  const before = await countEvents(app.sql);
  const conflicts = [
    await mutate(app.admin.client, 'createUser', { input: { ...personInput(), email }, idempotencyKey }),
    await mutate(app.admin.client, 'updateUser', { id: user?.id, input: { firstName }, idempotencyKey }),
    await mutate(app.admin.client, 'deleteUser', { id: user?.id, idempotencyKey }),
  ];
  expect(conflicts.map(({ __typename }) => __typename)).toEqual(conflicts.map(() => 'IdempotencyConflictError'));
  expect(await countEvents(app.sql)).toBe(before);
  const reordered = { input: { lastName, firstName, username, email }, idempotencyKey };
  expect(await mutate(app.admin.client, 'createUser', reordered)).toMatchObject({ user: { id: user?.id } });
});

test('another password under a key is a conflict on every node, and what is kept to tell is no plain digest', async () => {
  const idempotencyKey = newKey();
  const input = { ...personInput(), password: PASSWORD };
  const { client } = app.admin;
  const made = await succeed(client, 'createUser', { input, idempotencyKey });
  for (const password of [`${PASSWORD}!`, null]) {
    const changed = { input: { ...input, password }, idempotencyKey };
    for (const node of [client, client.at(other.url)])
      expect(await mutate(node, 'createUser', changed)).toMatchObject({ __typename: 'IdempotencyConflictError' });
  }
  const again = await mutate(client.at(other.url), 'createUser', { input, idempotencyKey });
  expect(again.user?.id).toBe(made.user?.id);

  const [row] = await app.sql<{ input_hash: string }>('select input_hash from command_answer where key = $1', [
    idempotencyKey,
  ]);
  const { email, firstName, lastName, username } = input;
  const inputs = [PASSWORD, '[secret]'].map((password) =>
    JSON.stringify({ email, expectedVersion: null, firstName, lastName, password, username }),
  );
  const guesses = inputs.map((text) => createHash('sha256').update(text).digest('hex'));
  expect(row?.input_hash).toMatch(/^[0-9a-f]{64}$/);
  expect(guesses).not.toContain(row?.input_hash);
});

test('a refused command leaves its key free, and keys of different people never meet', async () => {
  const idempotencyKey = newKey();
  const taken = await createUser(app.admin.client);
  const input = personInput({ email: taken.email });
  expect(await mutate(app.admin.client, 'createUser', { input, idempotencyKey })).toMatchObject({
    __typename: 'ConflictError',
  });
  const mine = await mutate(app.admin.client, 'createUser', { input: personInput(), idempotencyKey });
  expect(mine.__typename).toBe('CreateUserPayload');

  const manager = await signedInUser(app.admin.client, { role: 'manager' });
  const theirs = await mutate(manager.client, 'createUser', { input: personInput(), idempotencyKey });
  expect(theirs.__typename).toBe('CreateUserPayload');
  expect(theirs.user?.id).not.toBe(mine.user?.id);
  expect(await findLogFaults(app.sql)).toEqual([]);
});

test.for([
  ['empty', ''],
  ['of 201 characters', 'k'.repeat(201)],
  ['with a line break', 'a\nb'],
])('a key that is %s is refused', async ([, idempotencyKey]) => {
  const { id } = app.admin.user;
  expect(await mutate(app.admin.client, 'createUser', { input: personInput(), idempotencyKey })).toMatchObject({
    __typename: 'ValidationError',
    fieldErrors: [{ path: ['idempotencyKey'] }],
  });
  expect(
    await app.admin.client.codeOf(
      'mutation ($id: ID!, $key: String) { deleteUser(id: $id, idempotencyKey: $key) { __typename } }',
      { id, key: idempotencyKey },
    ),
  ).toBe('VALIDATION_FAILED');
});
