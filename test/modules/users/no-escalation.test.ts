import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  createUser,
  PASSWORD,
  personInput,
  roleId,
  type SignedIn,
  signedInUser,
  succeed,
} from '../../support/factories.ts';
import { type MutationName, MUTATIONS } from '../../support/operations.ts';
import { countEvents } from '../../support/stored-log.ts';
import { startTestApp, type TestApp } from '../../support/test-app.ts';

let app: TestApp;
let manager: SignedIn;
let person: SignedIn;
const roles = {} as Record<'admin' | 'manager' | 'user', string>;
beforeAll(async () => {
  app = await startTestApp();
  manager = await signedInUser(app.admin.client, { role: 'manager' });
  person = await signedInUser(app.admin.client);
  for (const name of ['admin', 'manager', 'user'] as const) roles[name] = await roleId(app.admin.client, name);
});
afterAll(() => app[Symbol.asyncDispose]());

interface Attempt {
  readonly who: 'manager' | 'person';
  readonly name: string;
  readonly mutation: MutationName;
  readonly variables: () => Record<string, unknown>;
}

const ATTEMPTS: readonly Attempt[] = [
  {
    who: 'manager',
    name: 'makes an administrator',
    mutation: 'createUser',
    variables: () => ({ input: { ...personInput(), roleId: roles.admin } }),
  },
  {
    who: 'manager',
    name: 'promotes themselves',
    mutation: 'updateUser',
    variables: () => ({ id: manager.user.id, input: { roleId: roles.admin } }),
  },
  {
    who: 'manager',
    name: 'promotes somebody',
    mutation: 'updateUser',
    variables: () => ({ id: person.user.id, input: { roleId: roles.admin } }),
  },
  {
    who: 'manager',
    name: 'edits an administrator',
    mutation: 'updateUser',
    variables: () => ({ id: app.admin.user.id, input: { email: 'mine@example.com' } }),
  },
  {
    who: 'manager',
    name: 'demotes an administrator',
    mutation: 'updateUser',
    variables: () => ({ id: app.admin.user.id, input: { roleId: roles.user } }),
  },
  {
    who: 'manager',
    name: 'deactivates an administrator',
    mutation: 'deactivateUser',
    variables: () => ({ id: app.admin.user.id }),
  },
  {
    who: 'manager',
    name: 'activates an administrator',
    mutation: 'activateUser',
    variables: () => ({ id: app.admin.user.id }),
  },
  {
    who: 'manager',
    name: 'deletes an administrator',
    mutation: 'deleteUser',
    variables: () => ({ id: app.admin.user.id }),
  },
  { who: 'person', name: 'makes a user', mutation: 'createUser', variables: () => ({ input: personInput() }) },
  {
    who: 'person',
    name: 'promotes themselves',
    mutation: 'updateUser',
    variables: () => ({ id: person.user.id, input: { roleId: roles.admin } }),
  },
  {
    who: 'person',
    name: 'edits somebody',
    mutation: 'updateUser',
    variables: () => ({ id: manager.user.id, input: { firstName: 'Mine' } }),
  },
  {
    who: 'person',
    name: 'edits nobody',
    mutation: 'updateUser',
    variables: () => ({ id: '00000000-0000-7000-8000-000000000000', input: {} }),
  },
  {
    who: 'person',
    name: 'deactivates themselves',
    mutation: 'deactivateUser',
    variables: () => ({ id: person.user.id }),
  },
  { who: 'person', name: 'deletes themselves', mutation: 'deleteUser', variables: () => ({ id: person.user.id }) },
];

test.for(ATTEMPTS)('a $who who $name is forbidden to, and nothing is written', async ({ who, mutation, variables }) => {
  const before = await countEvents(app.sql);
  const { client } = who === 'manager' ? manager : person;
  const { result } = await client.send(MUTATIONS[mutation], variables());
  expect(result.errors?.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN']);
  expect(await countEvents(app.sql)).toBe(before);
});

test('a manager makes, edits and removes users and managers', async () => {
  const before = await countEvents(app.sql);
  const user = await createUser(manager.client);
  const colleague = await createUser(manager.client, { role: 'manager' });
  await succeed(manager.client, 'updateUser', { id: user.id, input: { roleId: roles.manager } });
  await succeed(manager.client, 'updateUser', { id: colleague.id, input: { roleId: roles.user } });
  await succeed(manager.client, 'deactivateUser', { id: user.id });
  await succeed(manager.client, 'deleteUser', { id: colleague.id });
  // Two for each creation, one for everything else.
  expect(await countEvents(app.sql)).toBe(before + 8);
});

test('a person edits their own names and addresses, and keeps their role', async () => {
  const own = await signedInUser(app.admin.client, { password: PASSWORD });
  const input = { ...personInput(), roleId: roles.user };
  const { user } = await succeed(own.client, 'updateUser', { id: own.user.id, input });
  expect(user).toMatchObject({ email: input.email, role: { name: 'user' } });
});

test('a person sees nobody else by any path', async () => {
  for (const [query, code] of [
    ['query ($id: ID!) { user(id: $id) { email } }', 'FORBIDDEN'],
    ['query ($id: ID!) { node(id: $id) { ... on User { email } } }', 'FORBIDDEN'],
    ['query ($id: ID!) { node(id: $id) { id } }', 'FORBIDDEN'],
    ['query ($id: ID!) { sessions(userId: $id) { user { email } } }', 'FORBIDDEN'],
  ] as const) {
    expect(await person.client.codeOf(query, { id: manager.user.id })).toBe(code);
  }
  expect(await person.client.codeOf('{ users { totalCount } }')).toBe('FORBIDDEN');
  expect(await person.client.codeOf('{ roles { totalCount } }')).toBe('FORBIDDEN');
  expect(await person.client.codeOf('query ($id: ID!) { role(id: $id) { name } }', { id: roles.admin })).toBe(
    'FORBIDDEN',
  );
  expect(await person.client.codeOf('query ($id: ID!) { role(id: $id) { name } }', { id: roles.user })).toBeNull();
});

test('the same document asked by an administrator first tells the next caller nothing', async () => {
  const query = 'query ($id: ID!) { user(id: $id) { email role { permissions } } }';
  for (const client of [app.admin.client, person.client, app.admin.client, person.client.as(null)]) {
    const code = await client.codeOf(query, { id: manager.user.id });
    expect(code).toBe(client === app.admin.client ? null : client === person.client ? 'FORBIDDEN' : 'UNAUTHENTICATED');
  }
});
