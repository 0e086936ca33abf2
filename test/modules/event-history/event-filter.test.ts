import { afterAll, beforeAll, expect, test } from 'vitest';
import { createUser, type ShownUser, signedInUser, type SignedIn, succeed } from '../../support/factories.ts';
import { EventFollower, type FollowedEvent } from '../../support/event-follower.ts';
import { startTestApp, type TestApp } from '../../support/test-app.ts';

let app: TestApp;
let users: readonly ShownUser[];
let manager: SignedIn;
let all: readonly FollowedEvent[];
beforeAll(async () => {
  app = await startTestApp();
  manager = await signedInUser(app.admin.client, { role: 'manager' });
  users = [await createUser(app.admin.client), await createUser(manager.client)];
  for (const { id } of users) await succeed(app.admin.client, 'updateUser', { id, input: { firstName: 'New' } });
  const { events } = await succeed(manager.client, 'deactivateUser', { id: users[0]?.id });
  await using follower = await EventFollower.open(app.admin.client);
  await follower.untilEvent(events?.[0]?.id ?? '');
  all = follower.events;
});
afterAll(() => app[Symbol.asyncDispose]());

interface Case {
  readonly name: string;
  readonly filter: () => Record<string, unknown>;
  readonly matches: (event: FollowedEvent) => boolean;
}

const middle = (): string => all[Math.floor(all.length / 2)]?.metadata.timestamp ?? '';

const CASES: readonly Case[] = [
  {
    name: 'types',
    filter: () => ({ types: ['USER_CREATED', 'USER_UPDATED'] }),
    matches: ({ type }) => ['USER_CREATED', 'USER_UPDATED'].includes(type),
  },
  {
    name: 'aggregateType',
    filter: () => ({ aggregateType: 'User' }),
    matches: ({ aggregateType }) => aggregateType === 'User',
  },
  {
    name: 'aggregateId',
    filter: () => ({ aggregateId: users[1]?.id }),
    matches: ({ aggregateId }) => aggregateId === users[1]?.id,
  },
  {
    name: 'who acted',
    filter: () => ({ userId: manager.user.id }),
    matches: ({ metadata }) => metadata.userId === manager.user.id,
  },
  {
    name: 'correlationId',
    filter: () => ({ correlationId: all.at(-1)?.metadata.correlationId }),
    matches: ({ metadata }) => metadata.correlationId === all.at(-1)?.metadata.correlationId,
  },
  { name: 'from', filter: () => ({ from: middle() }), matches: ({ metadata }) => metadata.timestamp >= middle() },
  {
    name: 'to, inclusive',
    filter: () => ({ to: middle() }),
    matches: ({ metadata }) => metadata.timestamp <= middle(),
  },
  {
    name: 'several together',
    filter: () => ({ types: ['USER_UPDATED'], aggregateId: users[0]?.id, userId: app.admin.user.id }),
    matches: ({ type, aggregateId, metadata }) =>
      type === 'USER_UPDATED' && aggregateId === users[0]?.id && metadata.userId === app.admin.user.id,
  },
];

test.for(CASES)('a stream can be filtered by $name', async ({ filter, matches }) => {
  const wanted = all.filter(matches);
  expect(wanted.length).toBeGreaterThan(0);
  expect(wanted.length).toBeLessThan(all.length);

  await using follower = await EventFollower.open(app.admin.client, { filter: filter() });
  await follower.untilReceived(wanted.length);
  // A second stream, opened later and read to its end, gives the first the time to receive too much.
  await using later = await EventFollower.open(app.admin.client);
  await later.untilReceived(all.length);
  expect(follower.events.map(({ id }) => id)).toEqual(wanted.map(({ id }) => id));
});
