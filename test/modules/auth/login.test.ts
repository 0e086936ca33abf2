import { afterAll, beforeAll, expect, test } from 'vitest';
import { secretPhrase } from '../../support/canaries.ts';
import { createUser, isSignedIn, mutate, PASSWORD, signIn, succeed } from '../../support/factories.ts';
import type { GraphqlClient } from '../../support/graphql-client.ts';
import { MUTATIONS } from '../../support/operations.ts';
import { startTestApp, type TestApp } from '../../support/test-app.ts';
import { waitFor } from '../../support/wait-for.ts';

let app: TestApp;
let admin: GraphqlClient;
beforeAll(async () => {
  app = await startTestApp();
  admin = app.admin.client;
});
afterAll(() => app[Symbol.asyncDispose]());

const login = (email: string, password: string) => mutate(app.client, 'login', { input: { email, password } });

async function eventsOf(userId: string): Promise<{ type: string; reason: string | null }[]> {
  return app.sql(`select type, data->>'reason' as reason from event where aggregate_id = $1 order by version`, [
    userId,
  ]);
}

test('whoever registers can sign in, with the address in any case, and is then who they are', async () => {
  const input = { email: 'New.Person@example.com', username: 'new.person', firstName: 'New', lastName: 'Person' };
  await succeed(app.client, 'register', { input: { ...input, password: PASSWORD } });

  const { client, user } = await signIn(app.client, 'new.person@EXAMPLE.com');
  expect(user).toMatchObject({ ...input, isActive: true, role: { name: 'user' }, version: 3 });
  expect(await client.ask('{ me { id email role { name permissions } } }')).toEqual({
    me: { id: user.id, email: input.email, role: { name: 'user', permissions: [] } },
  });
});

test('a wrong password and an unknown account get the same answer', async () => {
  const user = await createUser(admin, { password: PASSWORD });
  const answers = [];
  for (const email of [user.email, 'nobody@example.com', '', 'not an address', `${'x'.repeat(300)}@example.com`]) {
    const { status, result } = await app.client.send(MUTATIONS.login, {
      input: { email, password: secretPhrase('not the phrase') },
    });
    answers.push(JSON.stringify({ status, result }));
  }
  expect(new Set(answers)).toEqual(new Set([answers[0]]));
  expect(answers[0]).toContain('INVALID_CREDENTIALS');
});

test('only who knows the password learns that an account is disabled', async () => {
  const user = await createUser(admin, { password: PASSWORD });
  await succeed(admin, 'deactivateUser', { id: user.id });

  expect(await login(user.email, PASSWORD)).toMatchObject({ __typename: 'AccountInactiveError' });
  expect(await login(user.email, secretPhrase('not the phrase'))).toMatchObject({
    __typename: 'InvalidCredentialsError',
  });
  await succeed(admin, 'activateUser', { id: user.id });
  expect(await login(user.email, PASSWORD)).toMatchObject({ __typename: 'LoginPayload' });
});

test('an account without a password cannot sign in with any', async () => {
  const user = await createUser(admin);
  for (const password of ['', 'null', PASSWORD]) {
    expect(await login(user.email, password)).toMatchObject({ __typename: 'InvalidCredentialsError' });
  }
});

test('every attempt on a known account is recorded with its reason', async () => {
  const user = await createUser(admin, { password: PASSWORD });
  await login(user.email, secretPhrase('not the phrase'));
  await login(user.email, PASSWORD);
  await succeed(admin, 'deactivateUser', { id: user.id });
  await login(user.email, PASSWORD);

  await waitFor(async () => (await eventsOf(user.id)).length === 7, { describe: 'the refused sign-ins on record' });
  const recorded = (await eventsOf(user.id)).slice(2);
  // Refusals are recorded after their answer, so only the order among them is given.
  expect(recorded.map(({ type }) => type).filter((type) => type !== 'USER_LOGIN_FAILED')).toEqual([
    'USER_LOGGED_IN',
    'USER_UPDATED',
    'USER_LOGGED_OUT',
  ]);
  expect(recorded.filter(({ type }) => type === 'USER_LOGIN_FAILED').map(({ reason }) => reason)).toEqual([
    'WRONG_PASSWORD',
    'ACCOUNT_INACTIVE',
  ]);
});

test('disabling, deleting or demoting an account counts for its tokens at once', async () => {
  const [disabled, deleted, demoted] = await Promise.all(
    ['disabled', 'deleted', 'demoted'].map(async (name) => {
      const user = await createUser(admin, { password: PASSWORD, role: 'admin', username: name });
      return signIn(app.client, user.email);
    }),
  );
  await succeed(admin, 'deactivateUser', { id: disabled?.user.id });
  await succeed(admin, 'deleteUser', { id: deleted?.user.id });
  const roles = await admin.ask<{ me: { id: string }; roles: { edges: { node: { id: string; name: string } }[] } }>(
    '{ me { id } roles { edges { node { id name } } } }',
  );
  const userRole = roles.roles.edges.find(({ node }) => node.name === 'user')?.node.id;
  await succeed(admin, 'updateUser', { id: demoted?.user.id, input: { roleId: userRole } });

  expect(await disabled?.client.codeOf('{ me { id } }')).toBe('UNAUTHENTICATED');
  expect(await deleted?.client.codeOf('{ me { id } }')).toBe('UNAUTHENTICATED');
  expect(demoted && (await isSignedIn(demoted.client))).toBe(true);
  expect(await demoted?.client.codeOf('{ users { totalCount } }')).toBe('FORBIDDEN');
});
