import { afterAll, beforeAll, expect, test } from 'vitest';
import { createUser, mutate, personInput, succeed } from '../../support/factories.ts';
import { holdRows } from '../../support/held-rows.ts';
import { findLogFaults } from '../../support/stored-log.ts';
import { startTestApp, type TestApp } from '../../support/test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app[Symbol.asyncDispose]());

interface RoleAnswer {
  readonly __typename: string;
  readonly role?: { readonly id: string; readonly permissions: readonly string[]; readonly version: number };
}

async function change(field: string): Promise<RoleAnswer> {
  const payload = `${field.charAt(0).toUpperCase()}${/^\w+/.exec(field)?.[0]?.slice(1) ?? ''}Payload`;
  const data = await app.admin.client.ask<Record<string, RoleAnswer>>(
    `mutation { answer: ${field} { __typename ... on ${payload} { role { id permissions version } } } }`,
  );
  return data['answer'] ?? { __typename: 'none' };
}

async function newRole(): Promise<string> {
  const { role } = await change(`createRole(input: { name: "Role ${crypto.randomUUID().slice(0, 8)}" })`);
  return role?.id ?? '';
}

test('permissions that are granted and revoked at the same time all count', async () => {
  const id = await newRole();
  const permissions = ['users:read', 'users:write', 'roles:read', 'orders:read', 'events:read', 'audit:read'];
  await Promise.all(
    permissions.map((permission) => change(`grantPermission(roleId: "${id}", permission: "${permission}")`)),
  );
  const [first, ...others] = permissions;
  await Promise.all([
    change(`revokePermission(roleId: "${id}", permission: "${first}")`),
    change(`updateRole(id: "${id}", input: { description: "Reads" })`),
  ]);
  const { role } = await app.admin.client.ask<{ role: { permissions: string[]; version: number } }>(
    'query ($id: ID!) { role(id: $id) { permissions version } }',
    { id },
  );
  expect(role).toEqual({ permissions: others.toSorted(), version: 9 });
  expect(await findLogFaults(app.sql)).toEqual([]);
});

test('of two roles with one name that are made at the same time one is', async () => {
  const name = `Twin ${crypto.randomUUID().slice(0, 8)}`;
  const answers = await Promise.all(
    [name, name.toUpperCase()].map((each) => change(`createRole(input: { name: "${each}" })`)),
  );
  expect(answers.map(({ __typename }) => __typename).toSorted()).toEqual(['ConflictError', 'CreateRolePayload']);
});

test('a role that is deleted while somebody is given it is no role any more, and no failure of the server', async () => {
  const url = app.deployment.env['DATABASE_URL'] ?? '';
  const id = await newRole();
  const user = await createUser(app.admin.client);
  await using held = await holdRows(url, 'delete from role where id = $1', [id]);
  const given = Promise.all([
    mutate(app.admin.client, 'createUser', { input: { ...personInput(), roleId: id } }),
    mutate(app.admin.client, 'updateUser', { id: user.id, input: { roleId: id } }),
  ]);
  await held.untilWaiting(2);
  await held.release();
  for (const answer of await given) {
    expect(answer).toMatchObject({ __typename: 'ValidationError', fieldErrors: [{ path: ['roleId'] }] });
  }
});

test('a role that somebody is given while it is deleted stays', async () => {
  const url = app.deployment.env['DATABASE_URL'] ?? '';
  const id = await newRole();
  const user = await createUser(app.admin.client);
  await using held = await holdRows(url, 'select from role where id = $1 for key share', [id]);
  const deletion = change(`deleteRole(id: "${id}")`);
  await held.untilWaiting(1);
  await succeed(app.admin.client, 'updateUser', { id: user.id, input: { roleId: id } });
  await held.release();
  expect((await deletion).__typename).toBe('ConflictError');
});
