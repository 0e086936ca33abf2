import { afterAll, beforeAll, expect, test } from 'vitest';
import { createUser, signedInUser, succeed } from '../../support/factories.ts';
import { EventFollower } from '../../support/event-follower.ts';
import type { GraphqlClient } from '../../support/graphql-client.ts';
import { readStoredLog } from '../../support/stored-log.ts';
import { startTestApp, type TestApp, type TestNode } from '../../support/test-app.ts';

let app: TestApp;
let other: TestNode;
let admin: GraphqlClient;
beforeAll(async () => {
  app = await startTestApp();
  other = await app.deployment.startNode();
  admin = app.admin.client;
});
afterAll(async () => {
  await other[Symbol.asyncDispose]();
  await app[Symbol.asyncDispose]();
});

const change = async (field: 'grantPermission' | 'revokePermission', roleId: string, permission: string) =>
  admin.ask(
    `mutation ($roleId: ID!, $permission: String!) { ${field}(roleId: $roleId, permission: $permission) { __typename } }`,
    { roleId, permission },
  );

test('a permission counts from its grant to its revocation, for requests and for a stream that is open on another node', async () => {
  const { createRole } = await admin.ask<{ createRole: { role: { id: string } } }>(
    'mutation { createRole(input: { name: "Reader" }) { ... on CreateRolePayload { role { id } } } }',
  );
  const { id } = createRole.role;
  const person = await signedInUser(admin);
  const stranger = await createUser(admin);
  await succeed(admin, 'updateUser', { id: person.user.id, input: { roleId: id } });
  await using follower = await EventFollower.open(person.client.at(other.url));
  const rename = async (firstName: string): Promise<string> =>
    (await succeed(admin, 'updateUser', { id: stranger.id, input: { firstName } })).events?.[0]?.id ?? '';

  const before = await rename('Before');
  // The stream is past it when it shows this: what it has yet to read it would show to whom may read it by then.
  const marked = await succeed(admin, 'updateUser', { id: person.user.id, input: { firstName: 'Marked' } });
  await follower.untilEvent(marked.events?.[0]?.id ?? '');
  const received = follower.events.length;
  await change('grantPermission', id, 'events:read');
  expect(await person.client.at(other.url).codeOf('{ events { edges { node { id } } } }')).toBeNull();
  const meanwhile = await rename('Meanwhile');
  await follower.untilEvent(meanwhile);
  await change('revokePermission', id, 'events:read');
  expect(await person.client.at(other.url).codeOf('{ events { edges { node { id } } } }')).toBe('FORBIDDEN');
  const after = await rename('After');
  const own = await succeed(admin, 'updateUser', { id: person.user.id, input: { firstName: 'Own' } });
  await follower.untilEvent(own.events?.[0]?.id ?? '');

  const log = await readStoredLog(app.sql);
  const typeOf = new Map(log.map((line) => [line.id, line.type]));
  expect(follower.events.slice(received).map((event) => typeOf.get(event.id))).toEqual([
    'PERMISSION_GRANTED',
    'USER_UPDATED',
    'USER_UPDATED',
  ]);
  const seen = new Set(follower.events.map((event) => event.id));
  expect([before, meanwhile, after].map((event) => seen.has(event))).toEqual([false, true, false]);
  expect(follower.errors).toEqual([]);
});
