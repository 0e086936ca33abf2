import { afterAll, beforeAll, expect, test } from 'vitest';
import { createUser, signedInUser, type SignedIn, succeed } from '../../support/factories.ts';
import { EventFollower } from '../../support/event-follower.ts';
import { readStoredLog } from '../../support/stored-log.ts';
import { startTestApp, type TestApp } from '../../support/test-app.ts';

let app: TestApp;
let person: SignedIn;
beforeAll(async () => {
  app = await startTestApp();
  person = await signedInUser(app.admin.client);
});
afterAll(() => app[Symbol.asyncDispose]());

test('a person without events:read gets exactly the events about themselves, stored and live', async () => {
  const stranger = await createUser(app.admin.client);
  await using follower = await EventFollower.open(person.client);
  await follower.untilReceived(3);
  await succeed(app.admin.client, 'updateUser', { id: stranger.id, input: { lastName: 'Hidden' } });
  const { events } = await succeed(person.client, 'updateUser', { id: person.user.id, input: { lastName: 'Mine' } });
  await follower.untilEvent(events?.[0]?.id ?? '');

  const own = (await readStoredLog(app.sql)).filter(({ aggregateId }) => aggregateId === person.user.id);
  expect(follower.events.map(({ id }) => id)).toEqual(own.map(({ id }) => id));
});

test('no filter shows more', async () => {
  const stranger = await createUser(app.admin.client);
  const filters = [
    { aggregateId: stranger.id },
    { aggregateType: 'Role' },
    { types: ['ROLE_CREATED', 'PERMISSION_GRANTED'] },
    { userId: app.admin.user.id, aggregateId: stranger.id },
    { types: [] },
  ];
  const followers = await Promise.all(filters.map((filter) => EventFollower.open(person.client, { filter })));
  await using all = await EventFollower.open(person.client);
  const { events } = await succeed(app.admin.client, 'updateUser', { id: person.user.id, input: { lastName: 'Last' } });
  await succeed(app.admin.client, 'updateUser', { id: stranger.id, input: { lastName: 'Hidden' } });
  await all.untilEvent(events?.[0]?.id ?? '');

  for (const follower of followers) {
    expect(follower.events).toEqual([]);
    expect(follower.errors).toEqual([]);
    await follower[Symbol.asyncDispose]();
  }
});

test('nobody who is not signed in gets a stream', async () => {
  for (const transport of ['websocket', 'sse'] as const) {
    await using follower = await EventFollower.open(app.client, { transport });
    await follower.untilEnded();
    expect(follower.errors.map(({ extensions }) => extensions.code)).toEqual(['UNAUTHENTICATED']);
    expect(follower.events).toEqual([]);
  }
});
