import { v7 } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createUser, isSignedIn, mutate, signedInUser } from '../../../support/factories.ts';
import { countChanges, findLogFaults } from '../../../support/stored-log.ts';
import { startTestApp, type TestApp } from '../../../support/test-app.ts';
import { bulk, BULK } from './bulk-client.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app[Symbol.asyncDispose]());

async function people(count: number): Promise<string[]> {
  const users = await Promise.all(Array.from({ length: count }, () => createUser(app.admin.client)));
  return users.map(({ id }) => id);
}

test('a hundred accounts are disabled and enabled again, each with its event and one that sums up', async () => {
  const userIds = await people(100);
  for (const [name, isActive, type] of [
    ['bulkDeactivateUsers', false, 'USERS_BULK_DEACTIVATED'],
    ['bulkActivateUsers', true, 'USERS_BULK_ACTIVATED'],
  ] as const) {
    const { users, events } = await bulk(app.admin.client, name, userIds);
    expect(users?.map(({ id, isActive: active }) => ({ id, active }))).toEqual(
      userIds.map((id) => ({ id, active: isActive })),
    );
    const each = events?.filter((event) => event.type === 'USER_UPDATED').map(({ aggregateId }) => aggregateId);
    expect(each?.toSorted()).toEqual(userIds.toSorted());
    expect(events?.slice(100)).toEqual([{ type, aggregateId: 'bulk-operation' }]);
    const [summary] = await app.sql<{ data: { userIds: string[]; count: number } }>(
      'select data from event where type = $1',
      [type],
    );
    expect(summary?.data.count).toBe(100);
    expect(summary?.data.userIds.toSorted()).toEqual(userIds.toSorted());
  }
  expect(await findLogFaults(app.sql)).toEqual([]);
});

test('sessions of those who are disabled end, and nobody else is touched', async () => {
  const [a, b, other] = [
    await signedInUser(app.admin.client),
    await signedInUser(app.admin.client),
    await signedInUser(app.admin.client),
  ];
  const { events } = await bulk(app.admin.client, 'bulkDeactivateUsers', [a.user.id, b.user.id]);
  expect(events?.map(({ type }) => type).toSorted()).toEqual([
    'USERS_BULK_DEACTIVATED',
    'USER_LOGGED_OUT',
    'USER_LOGGED_OUT',
    'USER_UPDATED',
    'USER_UPDATED',
  ]);
  expect([await isSignedIn(a.client), await isSignedIn(b.client), await isSignedIn(other.client)]).toEqual([
    false,
    false,
    true,
  ]);
});

test('who is in the state already changes nothing, and an id may be named twice', async () => {
  const [one = '', two = ''] = await people(2);
  await mutate(app.admin.client, 'deactivateUser', { id: one });
  const answer = await bulk(app.admin.client, 'bulkDeactivateUsers', [one, two, two, one.toUpperCase()]);
  expect(answer.users?.map(({ id }) => id)).toEqual([one, two]);
  expect(answer.events?.map(({ type, aggregateId }) => [type, aggregateId])).toEqual([
    ['USER_UPDATED', two],
    ['USERS_BULK_DEACTIVATED', 'bulk-operation'],
  ]);
  expect((await bulk(app.admin.client, 'bulkDeactivateUsers', [one, two])).events).toEqual([]);
});

test('unknown ids are named, each with its place, and nobody is changed', async () => {
  const [known = ''] = await people(1);
  const unknown = [v7(), v7()];
  const before = await countChanges(app.sql);
  const answer = await bulk(app.admin.client, 'bulkDeactivateUsers', [unknown[0] ?? '', known, unknown[1] ?? '']);
  expect(answer).toMatchObject({
    __typename: 'ValidationError',
    fieldErrors: [
      { path: ['userIds', '0'], message: `There is no user ${unknown[0]}.` },
      { path: ['userIds', '2'], message: `There is no user ${unknown[1]}.` },
    ],
  });
  expect(await countChanges(app.sql)).toBe(before);
});

test('a repetition under its key answers the same and has one effect', async () => {
  const userIds = await people(3);
  const key = crypto.randomUUID();
  const before = await countChanges(app.sql);
  const answers = await Promise.all(
    Array.from({ length: 4 }, () => bulk(app.admin.client, 'bulkDeactivateUsers', userIds, key)),
  );
  expect(answers.map(({ events }) => events?.length)).toEqual([4, 4, 4, 4]);
  expect(await countChanges(app.sql)).toBe(before + 4);
  expect((await bulk(app.admin.client, 'bulkDeactivateUsers', userIds.slice(1), key)).__typename).toBe(
    'IdempotencyConflictError',
  );
});

test('many who disable and enable the same accounts at once leave no gap', async () => {
  const userIds = await people(10);
  await Promise.all(
    Array.from({ length: 6 }, (_, index) =>
      bulk(
        app.admin.client,
        index % 2 === 0 ? 'bulkDeactivateUsers' : 'bulkActivateUsers',
        index % 3 === 0 ? userIds : userIds.toReversed(),
      ),
    ),
  );
  expect(await findLogFaults(app.sql)).toEqual([]);
});

test('nobody disables who may do more than they do, or without the permission', async () => {
  const [somebody = ''] = await people(1);
  const manager = await signedInUser(app.admin.client, { role: 'manager' });
  const user = await signedInUser(app.admin.client);
  const before = await countChanges(app.sql);
  const codeOf = (client: typeof user.client, userIds: readonly string[]) =>
    client.codeOf(BULK.bulkDeactivateUsers, { userIds });
  expect(await codeOf(manager.client, [somebody, app.admin.user.id])).toBe('FORBIDDEN');
  expect(await codeOf(user.client, [user.user.id])).toBe('FORBIDDEN');
  expect(await codeOf(app.client, [somebody])).toBe('UNAUTHENTICATED');
  expect(await countChanges(app.sql)).toBe(before);
  expect((await bulk(manager.client, 'bulkDeactivateUsers', [somebody])).__typename).toBe('BulkUsersPayload');
});

test.for<[string, readonly string[], string]>([
  ['none', [], 'ValidationError'],
  ['101', Array.from({ length: 101 }, () => v7()), 'ValidationError'],
  ['one that is no id', ['x'], 'BAD_USER_INPUT'],
  ['one with NUL', ['\0'], 'BAD_USER_INPUT'],
])('a list of %s is refused', async ([, userIds, expected]) => {
  const before = await countChanges(app.sql);
  const { result } = await app.admin.client.send(BULK.bulkActivateUsers, { userIds });
  const answer = result.data?.['bulkActivateUsers'] as { __typename?: string } | null | undefined;
  expect(answer?.__typename ?? result.errors?.[0]?.extensions.code).toBe(expected);
  expect(await countChanges(app.sql)).toBe(before);
});
