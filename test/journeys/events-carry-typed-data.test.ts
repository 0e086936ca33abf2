import { afterAll, beforeAll, expect, test } from 'vitest';
import { createUser, PASSWORD, type ShownUser, signIn, succeed } from '../support/factories.ts';
import { EventFollower } from '../support/event-follower.ts';
import { startTestApp, type TestApp } from '../support/test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app[Symbol.asyncDispose]());

function snapshotOf({ role, ...user }: ShownUser): Record<string, unknown> {
  return { ...user, roleId: role.id };
}

test('the events of a user carry the state after the change and before it, as typed fields', async () => {
  const admin = app.admin.client;
  const created = await createUser(admin, { password: PASSWORD });
  const { client } = await signIn(admin, created.email);
  await succeed(client, 'logout');
  await succeed(admin, 'updateUser', { id: created.id, input: { firstName: 'Grace' } });
  const { user: deactivated } = await succeed(admin, 'deactivateUser', { id: created.id });
  await succeed(admin, 'deleteUser', { id: created.id });

  await using follower = await EventFollower.open(admin, { filter: { aggregateId: created.id } });
  await follower.untilReceived(7);
  const types = follower.events.map(({ __typename, type }) => [__typename, type]);
  expect(types).toEqual([
    ['UserCreated', 'USER_CREATED'],
    ['UserRegistrationCompleted', 'USER_REGISTRATION_COMPLETED'],
    ['UserLoggedIn', 'USER_LOGGED_IN'],
    ['UserLoggedOut', 'USER_LOGGED_OUT'],
    ['UserUpdated', 'USER_UPDATED'],
    ['UserUpdated', 'USER_UPDATED'],
    ['UserDeleted', 'USER_DELETED'],
  ]);
  expect(follower.events.map(({ version }) => version)).toEqual([1, 2, 3, 4, 5, 6, 7]);

  const [create, register, , logout, rename, deactivate, remove] = follower.events;
  const first = { ...snapshotOf(created), version: 1 };
  const renamed = { ...first, firstName: 'Grace', version: 5, updatedAt: rename?.user?.['updatedAt'] };
  expect(create).toMatchObject({ user: first, data: { user: first }, schemaVersion: 2, aggregateType: 'User' });
  expect(register).toMatchObject({ user: { ...first, version: 2 }, registrationSource: 'admin' });
  expect(logout).toMatchObject({ userId: created.id, reason: 'LOGOUT' });
  expect(rename).toMatchObject({ user: renamed, previousData: { ...first, version: 4 } });
  expect(deactivate).toMatchObject({ user: { isActive: false, version: 6 }, previousData: { isActive: true } });
  expect(deactivate?.user).toEqual(deactivated && snapshotOf(deactivated));
  expect(remove).toMatchObject({ userId: created.id, previousData: { ...deactivate?.user } });
});

test('an event says who acted, and all events of one request share its correlation id', async () => {
  const admin = app.admin;
  const { user, events } = await succeed(admin.client, 'createUser', {
    input: { email: 'who@example.com', username: 'who.acted', firstName: 'W', lastName: 'A' },
  });
  await using follower = await EventFollower.open(admin.client, { filter: { aggregateId: user?.id } });
  await follower.untilReceived(2);

  expect(follower.events.map(({ id }) => id)).toEqual(events?.map(({ id }) => id));
  const [one, two] = follower.events.map(({ metadata }) => metadata);
  expect(one).toMatchObject({ userId: admin.user.id, ipAddress: '127.0.0.1', causationId: null });
  expect(two?.correlationId).toBe(one?.correlationId);
});
