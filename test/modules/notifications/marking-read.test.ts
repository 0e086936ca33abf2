import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { signedInUser, type SignedIn, succeed } from '../../support/factories.ts';
import type { GraphqlClient } from '../../support/graphql-client.ts';
import { INBOX, inboxOf, type ShownInbox, untilNotified } from '../../support/inbox.ts';
import { countEvents } from '../../support/stored-log.ts';
import { startTestApp, type TestApp } from '../../support/test-app.ts';

const MARK = `mutation ($id: ID!) { markNotificationRead(id: $id) { __typename
  ... on MarkNotificationReadPayload { notification { id isRead readAt } events { id } consistencyToken }
  ... on Error { code message } } }`;
const MARK_ALL = `mutation { markAllNotificationsRead { __typename
  ... on MarkAllNotificationsReadPayload { markedCount unreadCount events { id } consistencyToken } } }`;

interface Marked {
  readonly markNotificationRead: {
    readonly __typename: string;
    readonly code?: string;
    readonly notification?: { readonly id: string; readonly isRead: boolean; readonly readAt: string | null };
    readonly events?: readonly unknown[];
  };
}

let app: TestApp;
let person: SignedIn;
let other: SignedIn;
beforeAll(async () => {
  app = await startTestApp();
  person = await signedInUser(app.admin.client);
  other = await signedInUser(app.admin.client);
  for (const lastName of ['One', 'Two', 'Three']) {
    await succeed(person.client, 'updateUser', { id: person.user.id, input: { lastName } });
  }
  await untilNotified(app.sql);
});
afterAll(() => app[Symbol.asyncDispose]());

async function mark(client: GraphqlClient, id: string | undefined): Promise<Marked['markNotificationRead']> {
  return (await client.ask<Marked>(MARK, { id })).markNotificationRead;
}

async function unreadOf(client: GraphqlClient): Promise<{ count: number; ids: string[] }> {
  const { notifications } = await client.ask<ShownInbox>(INBOX, { unreadOnly: true, first: 100 });
  expect(notifications.totalCount).toBe(notifications.unreadCount);
  return { count: notifications.unreadCount, ids: notifications.edges.map((edge) => edge.node.id) };
}

it('marks one read, keeps the time of the first reading, and records no event', async () => {
  const [newest] = await inboxOf(person.client);
  const before = { ...(await unreadOf(person.client)), events: await countEvents(app.sql) };
  const first = await mark(person.client, newest?.id);
  expect(first).toMatchObject({ notification: { id: newest?.id, isRead: true }, events: [] });
  expect(await mark(person.client, newest?.id)).toEqual(first);
  const after = await unreadOf(person.client);
  expect(after.count).toBe(before.count - 1);
  expect(after.ids).toEqual(before.ids.filter((id) => id !== newest?.id));
  expect(await countEvents(app.sql)).toBe(before.events);
});

it("does not find somebody else's, nor one that does not exist", async () => {
  const [theirs] = await inboxOf(other.client);
  expect(await mark(person.client, theirs?.id)).toMatchObject({ __typename: 'NotFoundError', code: 'NOT_FOUND' });
  expect(await mark(person.client, randomUUID())).toMatchObject({ __typename: 'NotFoundError' });
  expect((await inboxOf(other.client))[0]).toMatchObject({ isRead: false });
});

it("does not show somebody else's as a node", async () => {
  const NODE = 'query ($id: ID!) { node(id: $id) { id ... on Notification { title } } }';
  const [own] = await inboxOf(person.client);
  expect(await person.client.ask(NODE, { id: own?.id })).toEqual({ node: { id: own?.id, title: own?.title } });
  expect(await other.client.ask(NODE, { id: own?.id })).toEqual({ node: null });
});

it('refuses an id that is none, and who is not signed in', async () => {
  expect(await person.client.codeOf(MARK, { id: 'first' })).toBe('BAD_USER_INPUT');
  expect(await person.client.codeOf(MARK, { id: 7 })).toBe('BAD_USER_INPUT');
  expect(await app.client.codeOf(MARK, { id: randomUUID() })).toBe('UNAUTHENTICATED');
  expect(await app.client.codeOf(MARK_ALL)).toBe('UNAUTHENTICATED');
});

it("marks all of one's own read, and nobody else's", async () => {
  const { count } = await unreadOf(person.client);
  const theirs = await unreadOf(other.client);
  expect(await person.client.ask(MARK_ALL)).toMatchObject({
    markAllNotificationsRead: { markedCount: count, unreadCount: 0, events: [] },
  });
  expect(await person.client.ask(MARK_ALL)).toMatchObject({ markAllNotificationsRead: { markedCount: 0 } });
  expect((await unreadOf(person.client)).count).toBe(0);
  expect(await unreadOf(other.client)).toEqual(theirs);
});
