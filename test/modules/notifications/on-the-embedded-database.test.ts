import { afterAll, beforeAll, expect, it } from 'vitest';
import { signedInUser, succeed } from '../../support/factories.ts';
import { INBOX, LiveInbox, type ShownInbox, untilNotified } from '../../support/inbox.ts';
import { startTestApp, type TestApp } from '../../support/test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ backend: 'embedded' });
}, 120_000);
afterAll(() => app[Symbol.asyncDispose]());

it('stores, delivers and marks', async () => {
  const person = await signedInUser(app.admin.client);
  await untilNotified(app.sql);
  await using live = await LiveInbox.open(person.client, 'sse');
  await succeed(app.admin.client, 'updateUser', { id: person.user.id, input: { lastName: 'Byron' } });
  await live.untilReceived(1);

  const { notifications } = await person.client.ask<ShownInbox>(INBOX);
  expect(notifications.edges.map((edge) => edge.node.title)).toEqual(['Account changed', 'Account created']);
  expect(notifications.edges[0]?.node).toEqual(live.received[0]);
  await person.client.ask('mutation { markAllNotificationsRead { __typename } }');
  expect((await person.client.ask<ShownInbox>(INBOX)).notifications.unreadCount).toBe(0);
});
