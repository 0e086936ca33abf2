import { afterAll, beforeAll, expect, test } from 'vitest';
import { createUser, roleId, signedInUser, succeed } from '../../support/factories.ts';
import type { GraphqlClient } from '../../support/graphql-client.ts';
import { countChanges, findLogFaults } from '../../support/stored-log.ts';
import { startTestApp, type TestApp } from '../../support/test-app.ts';

const ROLE = 'role { id name description permissions builtIn version }';
const answerOf = (payload: string, fields: string): string =>
  `{ __typename ... on ${payload} { ${fields} events { type version } } ... on Error { code message } }`;
const OPERATIONS = {
  createRole: `mutation ($input: CreateRoleInput!) { createRole(input: $input) ${answerOf('CreateRolePayload', ROLE)} }`,
  updateRole: `mutation ($id: ID!, $input: UpdateRoleInput!, $expectedVersion: Int) {
    updateRole(id: $id, input: $input, expectedVersion: $expectedVersion) ${answerOf('UpdateRolePayload', ROLE)} }`,
  deleteRole: `mutation ($id: ID!) { deleteRole(id: $id) ${answerOf('DeleteRolePayload', `roleId ${ROLE}`)} }`,
  grantPermission: `mutation ($roleId: ID!, $permission: String!) {
    grantPermission(roleId: $roleId, permission: $permission) ${answerOf('GrantPermissionPayload', ROLE)} }`,
  revokePermission: `mutation ($roleId: ID!, $permission: String!) {
    revokePermission(roleId: $roleId, permission: $permission) ${answerOf('RevokePermissionPayload', ROLE)} }`,
} as const;

interface RoleAnswer {
  readonly __typename: string;
  readonly role?: { readonly id: string; readonly version: number; readonly permissions: readonly string[] };
  readonly events?: readonly { readonly type: string }[];
}

let app: TestApp;
let admin: GraphqlClient;
beforeAll(async () => {
  app = await startTestApp();
  admin = app.admin.client;
});
afterAll(() => app[Symbol.asyncDispose]());

async function change(
  name: keyof typeof OPERATIONS,
  variables: Record<string, unknown>,
  caller = admin,
): Promise<RoleAnswer> {
  const answer = (await caller.ask<Record<string, RoleAnswer>>(OPERATIONS[name], variables))[name];
  if (!answer) throw new Error(`${name} answered nothing.`);
  return answer;
}

const newName = (): string => `Role ${crypto.randomUUID().slice(0, 8)}`;

async function createRole(permissions: readonly string[] = []): Promise<string> {
  const { role } = await change('createRole', { input: { name: newName(), permissions } });
  if (!role) throw new Error('createRole answered without a role.');
  return role.id;
}

test('a role is made, renamed, given permissions, deprived of them and deleted, each with its event', async () => {
  const name = newName();
  const made = await change('createRole', { input: { name, permissions: ['users:read', 'users:read'] } });
  const id = made.role?.id;
  const answers = [
    made,
    await change('updateRole', { id, input: { description: 'Reads' } }),
    await change('grantPermission', { roleId: id, permission: 'roles:read' }),
    await change('revokePermission', { roleId: id, permission: 'users:read' }),
    await change('deleteRole', { id }),
  ];
  expect(answers).toMatchObject([
    { role: { name, permissions: ['users:read'], builtIn: false, version: 1 }, events: [{ type: 'ROLE_CREATED' }] },
    { role: { description: 'Reads', version: 2 }, events: [{ type: 'ROLE_UPDATED' }] },
    { role: { permissions: ['roles:read', 'users:read'], version: 3 }, events: [{ type: 'PERMISSION_GRANTED' }] },
    { role: { permissions: ['roles:read'], version: 4 }, events: [{ type: 'PERMISSION_REVOKED' }] },
    { roleId: id, role: { permissions: ['roles:read'] }, events: [{ type: 'ROLE_DELETED' }] },
  ]);
  expect(await findLogFaults(app.sql)).toEqual([]);
});

test('what changes nothing records nothing', async () => {
  const id = await createRole(['users:read']);
  const before = await countChanges(app.sql);
  const answers = [
    await change('grantPermission', { roleId: id, permission: 'users:read' }),
    await change('revokePermission', { roleId: id, permission: 'roles:read' }),
    await change('updateRole', { id, input: {} }),
  ];
  expect(answers.map(({ events }) => events)).toEqual([[], [], []]);
  expect(await countChanges(app.sql)).toBe(before);
});

test('a role that somebody holds, a built-in one and the permissions of administrators stay', async () => {
  const held = await createRole();
  const user = await createUser(admin);
  await succeed(admin, 'updateUser', { id: user.id, input: { roleId: held } });
  const [adminRole, userRole] = [await roleId(admin, 'admin'), await roleId(admin, 'user')];
  const before = await countChanges(app.sql);

  expect(await change('deleteRole', { id: held })).toMatchObject({ __typename: 'ConflictError' });
  expect(await change('deleteRole', { id: userRole })).toMatchObject({ __typename: 'InvalidStateError' });
  expect(await change('updateRole', { id: userRole, input: { name: newName() } })).toMatchObject({
    __typename: 'InvalidStateError',
  });
  expect(await change('revokePermission', { roleId: adminRole, permission: 'users:read' })).toMatchObject({
    __typename: 'InvalidStateError',
  });
  expect(await countChanges(app.sql)).toBe(before);
});

test('a taken name, an unknown permission, a stale version and a role that is none are refused', async () => {
  const name = newName();
  await change('createRole', { input: { name } });
  const id = await createRole();
  const before = await countChanges(app.sql);
  const nobody = '00000000-0000-7000-8000-000000000000';
  const answers = [
    await change('createRole', { input: { name: name.toUpperCase() } }),
    await change('updateRole', { id, input: { name: name.toLowerCase() } }),
    await change('createRole', { input: { name: 'x' } }),
    await change('createRole', { input: { name: newName(), description: 'a\r\nb' } }),
    await change('grantPermission', { roleId: id, permission: 'no:such' }),
    await change('updateRole', { id, expectedVersion: 7, input: { description: 'Late' } }),
    await change('deleteRole', { id: nobody }),
  ];
  expect(answers.map(({ __typename }) => __typename)).toEqual([
    'ConflictError',
    'ConflictError',
    'ValidationError',
    'ValidationError',
    'ValidationError',
    'ConcurrencyError',
    'NotFoundError',
  ]);
  expect(await countChanges(app.sql)).toBe(before);
});

test('who may write roles hands out, takes away and assigns only permissions they hold', async () => {
  const keeper = await createRole(['roles:read', 'roles:write', 'users:read', 'users:write']);
  const strong = await createRole(['events:read']);
  const { client, user } = await signedInUser(admin);
  await succeed(admin, 'updateUser', { id: user.id, input: { roleId: keeper } });
  const before = await countChanges(app.sql);
  const forbidden = [
    [OPERATIONS.createRole, { input: { name: newName(), permissions: ['events:read'] } }],
    [OPERATIONS.grantPermission, { roleId: keeper, permission: 'events:read' }],
    [OPERATIONS.revokePermission, { roleId: strong, permission: 'events:read' }],
    [OPERATIONS.deleteRole, { id: strong }],
    [
      'mutation ($id: ID!, $roleId: ID) { updateUser(id: $id, input: { roleId: $roleId }) { __typename } }',
      { id: user.id, roleId: strong },
    ],
  ] as const;
  for (const [query, variables] of forbidden) expect(await client.codeOf(query, variables)).toBe('FORBIDDEN');
  expect(await countChanges(app.sql)).toBe(before);
  expect(await change('createRole', { input: { name: newName(), permissions: ['users:read'] } }, client)).toMatchObject(
    {
      __typename: 'CreateRolePayload',
    },
  );
});
