import { expect, test } from 'vitest';
import { createUser, roleId, signedInUser } from '../../support/factories.ts';
import type { GraphqlClient } from '../../support/graphql-client.ts';
import { USERS } from '../../support/operations.ts';
import { startTestApp, type TestApp } from '../../support/test-app.ts';
import { waitFor } from '../../support/wait-for.ts';

interface UserList {
  readonly users: {
    readonly edges: readonly { readonly node: { readonly id: string; readonly firstName: string } }[];
    readonly totalCount: number;
  };
}

async function list(client: GraphqlClient, filter: object = {}): Promise<UserList['users']> {
  return (await client.ask<UserList>(USERS, { filter })).users;
}

async function renameRole(app: TestApp, name: string, newName: string): Promise<void> {
  const id = await roleId(app.admin.client, name);
  const mutation = 'mutation ($id: ID!, $name: String!) { updateRole(id: $id, input: { name: $name }) { __typename } }';
  expect(await app.admin.client.ask(mutation, { id, name: newName })).toMatchObject({
    updateRole: { __typename: 'UpdateRolePayload' },
  });
}

test('a list shows within a second what another node changed, and the people in it as they are', async () => {
  await using app = await startTestApp();
  await using other = await app.deployment.startNode();
  const there = app.admin.client.at(other.url);
  const user = await createUser(app.admin.client, { firstName: 'Grace' });
  const search = { search: user.username };
  await waitFor(async () => (await list(there, search)).totalCount === 1, { describe: 'the user', timeoutMs: 1_000 });

  const change = 'mutation ($id: ID!, $input: UpdateUserInput!) { updateUser(id: $id, input: $input) { __typename } }';
  await app.admin.client.ask(change, { id: user.id, input: { firstName: 'Barbara' } });
  expect((await list(there, search)).edges[0]?.node.firstName).toBe('Barbara');

  await app.admin.client.ask('mutation ($id: ID!) { deleteUser(id: $id) { __typename } }', { id: user.id });
  expect((await list(there, search)).edges).toEqual([]);
  await waitFor(async () => (await list(there, search)).totalCount === 0, { describe: 'no user', timeoutMs: 1_000 });
});

test('a renamed role is found by its new name', async () => {
  await using app = await startTestApp();
  const { client } = app.admin;
  const created = await client.ask<{ createRole: { role: { id: string } } }>(
    'mutation { createRole(input: { name: "clerk", permissions: [] }) { ... on CreateRolePayload { role { id } } } }',
  );
  const { user } = await signedInUser(client);
  const assign = 'mutation ($id: ID!, $roleId: ID!) { updateUser(id: $id, input: { roleId: $roleId }) { __typename } }';
  await client.ask(assign, { id: user.id, roleId: created.createRole.role.id });
  expect((await list(client, { role: 'clerk' })).totalCount).toBe(1);
  expect((await list(client, { role: 'teller' })).totalCount).toBe(0);

  await renameRole(app, 'clerk', 'teller');

  expect((await list(client, { role: 'clerk' })).totalCount).toBe(0);
  expect((await list(client, { role: 'teller' })).totalCount).toBe(1);
});

test('a list that is cached is refused at once to whoever may not read it any more', async () => {
  await using app = await startTestApp();
  await using other = await app.deployment.startNode();
  const manager = await signedInUser(app.admin.client, { role: 'manager' });
  const there = manager.client.at(other.url);
  await list(there);
  await list(there);

  const demote = 'mutation ($id: ID!, $roleId: ID!) { updateUser(id: $id, input: { roleId: $roleId }) { __typename } }';
  await app.admin.client.ask(demote, { id: manager.user.id, roleId: await roleId(app.admin.client, 'user') });

  expect(await there.codeOf(USERS)).toBe('FORBIDDEN');
});
