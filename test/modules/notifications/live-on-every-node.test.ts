import { afterAll, beforeAll, expect, it } from 'vitest';
import { SystemMaintenanceStarted } from '../../../src/modules/maintenance/maintenance.events.ts';
import { appendTestEvents } from '../../support/append-test-events.ts';
import { signedInUser, type SignedIn, succeed } from '../../support/factories.ts';
import { inboxOf, LiveInbox, untilNotified } from '../../support/inbox.ts';
import { waitFor } from '../../support/wait-for.ts';
import { startTestApp, type TestApp, type TestNode } from '../../support/test-app.ts';

let worker: TestApp;
let api: TestNode;
let admin: SignedIn;
beforeAll(async () => {
  worker = await startTestApp();
  // No handler runs on the node of the subscribers: it shares nothing with the other but database and Redis.
  api = await worker.deployment.startNode({ SIGNALBOX_ROLE: 'api' });
  admin = worker.admin;
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await worker[Symbol.asyncDispose]();
});

it.each(['websocket', 'sse'] as const)('delivers each notification once and in order over %s', async (transport) => {
  const person = await signedInUser(admin.client);
  const change = (lastName: string) => succeed(admin.client, 'updateUser', { id: person.user.id, input: { lastName } });
  await using live = await LiveInbox.open(person.client.at(api.url), transport);
  // A socket does not say when a subscription has begun: changed until the first notification comes.
  let changes = 0;
  await waitFor(() => live.received.length > 0 || change(`Early ${changes++}`).then(() => live.received.length > 0), {
    describe: 'the first notification',
  });
  for (let number = 0; number < 20; number++) await change(`Name ${number}`);
  await untilNotified(worker.sql);
  const stored = (await inboxOf(person.client)).toReversed();
  const expected = stored.slice(stored.findIndex(({ id }) => id === live.received[0]?.id));
  expect(expected.length).toBeGreaterThan(20);
  await live.untilReceived(expected.length);
  expect(live.received).toEqual(expected);
  expect(live.errors).toEqual([]);
});

it('finds what no event announces, as after a retry of its handler', async () => {
  const person = await signedInUser(admin.client);
  await untilNotified(worker.sql);
  await using live = await LiveInbox.open(person.client.at(api.url), 'sse');
  await worker.sql(
    `insert into notification (recipient_id, event_id, event_type, level, title, message, created_at)
     values ($1, gen_random_uuid(), 'USER_UPDATED', 'info', 'Late', 'After all.', now())`,
    [person.user.id],
  );
  await live.untilReceived(1);
  expect(live.received[0]?.title).toBe('Late');
});

it('delivers more than a page that comes at once, to each of several subscribers', async () => {
  const people = await Promise.all([signedInUser(admin.client), signedInUser(admin.client)]);
  await untilNotified(worker.sql);
  const inboxes = await Promise.all([
    ...people.map(({ client }) => LiveInbox.open(client.at(api.url), 'sse')),
    ...people.map(({ client }) => LiveInbox.open(client, 'sse')),
  ]);
  const details = { reason: 'disks', startedAt: new Date().toISOString(), expectedEnd: null, completedAt: null };
  const count = 350;
  const events = await appendTestEvents(
    worker.app,
    SystemMaintenanceStarted,
    Array.from({ length: count }, (_, number) => ({ aggregateId: `system-${number}`, data: { details } })),
  );
  for (const inbox of inboxes) {
    await inbox.untilReceived(count);
    expect(inbox.received.map(({ eventId }) => eventId).sort()).toEqual(events.map(({ id }) => id).sort());
    await inbox[Symbol.asyncDispose]();
  }
});

it('shows nobody what is meant for somebody else', async () => {
  const [person, stranger] = [await signedInUser(admin.client), await signedInUser(admin.client)];
  await untilNotified(worker.sql);
  await using watching = await LiveInbox.open(stranger.client.at(api.url), 'sse');
  await succeed(admin.client, 'updateUser', { id: person.user.id, input: { lastName: 'Private' } });
  await succeed(admin.client, 'updateUser', { id: stranger.user.id, input: { lastName: 'Mine' } });
  await watching.untilReceived(1);
  expect(watching.received.map(({ message }) => message)).toEqual(['The account of Ada Mine was changed: last name.']);
});

it('refuses who is not signed in', async () => {
  await using live = await LiveInbox.open(api.client, 'sse');
  await live.untilEnded();
  expect(live.errors.map(({ extensions }) => extensions.code)).toEqual(['UNAUTHENTICATED']);
});

it.each([
  ['signed out', (person: SignedIn) => succeed(person.client, 'logout')],
  ['deactivated', (person: SignedIn) => succeed(admin.client, 'deactivateUser', { id: person.user.id })],
  ['deleted', (person: SignedIn) => succeed(admin.client, 'deleteUser', { id: person.user.id })],
])('ends when the person is %s', async (_how, end) => {
  const person = await signedInUser(admin.client);
  await untilNotified(worker.sql);
  await using live = await LiveInbox.open(person.client.at(api.url), 'sse');
  await succeed(admin.client, 'updateUser', { id: person.user.id, input: { lastName: 'Listening' } });
  await live.untilReceived(1);
  await end(person);
  await live.untilEnded();
  expect(live.errors.map(({ extensions }) => extensions.code)).toEqual(['UNAUTHENTICATED']);
  expect(live.received.length).toBe(1);
});
