import { afterAll, beforeAll, expect, test } from 'vitest';
import { createUser, mutate, succeed } from '../../support/factories.ts';
import { countChanges } from '../../support/stored-log.ts';
import { startTestApp, type TestApp } from '../../support/test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app[Symbol.asyncDispose]());

test('a change decided on another version is refused and tells the stored one', async () => {
  const { id, version } = await createUser(app.admin.client);
  const before = await countChanges(app.sql);
  for (const expectedVersion of [0, version - 1, version + 1, -1, 2 ** 31 - 1]) {
    const answer = await mutate(app.admin.client, 'updateUser', { id, expectedVersion, input: { firstName: 'Late' } });
    expect(answer).toMatchObject({ __typename: 'ConcurrencyError', expectedVersion, actualVersion: version });
  }
  expect(await countChanges(app.sql)).toBe(before);

  const input = { firstName: 'In time' };
  const { user } = await succeed(app.admin.client, 'updateUser', { id, expectedVersion: version, input });
  expect(user).toMatchObject({ firstName: 'In time', version: version + 1 });
});

test('of many who decide on one version at the same time one succeeds; without a version all do', async () => {
  const { id, version } = await createUser(app.admin.client);
  const rename = async (expectedVersion: number | null) =>
    Promise.all(
      Array.from({ length: 5 }, async (_, i) =>
        mutate(app.admin.client, 'updateUser', {
          id,
          expectedVersion,
          input: { firstName: `Name ${expectedVersion} ${i}` },
        }),
      ),
    );

  expect((await rename(version)).map(({ __typename }) => __typename).sort()).toEqual([
    'ConcurrencyError',
    'ConcurrencyError',
    'ConcurrencyError',
    'ConcurrencyError',
    'UpdateUserPayload',
  ]);
  const versions = (await rename(null)).map(({ user }) => user?.version);
  expect(new Set(versions.map((value) => typeof value))).toEqual(new Set(['number']));
  const { user } = await app.admin.client.ask<{ user: { version: number } }>(
    'query ($id: ID!) { user(id: $id) { version } }',
    { id },
  );
  expect(user.version).toBe(version + 6);
});

test('an update that changes nothing records nothing and keeps the version', async () => {
  const { id, version, updatedAt, ...same } = await createUser(app.admin.client);
  const { email, username, firstName, lastName, role } = same;
  const before = await countChanges(app.sql);
  const inputs = [
    {},
    { email, username, firstName, lastName, roleId: role.id },
    { email: null, username: null, firstName: null, lastName: null, roleId: null },
    { firstName: ` ${firstName} ` },
  ];
  for (const input of inputs) {
    const answer = await succeed(app.admin.client, 'updateUser', { id, input });
    expect(answer).toMatchObject({ events: [], user: { version, updatedAt } });
  }
  expect(await succeed(app.admin.client, 'activateUser', { id })).toMatchObject({ events: [], user: { version } });
  expect(await countChanges(app.sql)).toBe(before);
});
