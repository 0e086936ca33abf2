import { afterAll, beforeAll, expect, it } from 'vitest';
import { signedInUser, type SignedIn, succeed } from '../../support/factories.ts';
import { INBOX, inboxOf, type ShownInbox, type ShownNotification, untilNotified } from '../../support/inbox.ts';
import { startTestApp, type TestApp } from '../../support/test-app.ts';

let app: TestApp;
let person: SignedIn;
let other: SignedIn;
let all: readonly ShownNotification[];
beforeAll(async () => {
  app = await startTestApp();
  person = await signedInUser(app.admin.client);
  other = await signedInUser(app.admin.client);
  for (let change = 0; change < 9; change++) {
    await succeed(person.client, 'updateUser', { id: person.user.id, input: { lastName: `Name ${change}` } });
  }
  await untilNotified(app.sql);
  all = await inboxOf(person.client);
});
afterAll(() => app[Symbol.asyncDispose]());

async function ask(variables: Readonly<Record<string, unknown>>): Promise<ShownInbox['notifications']> {
  return (await person.client.ask<ShownInbox>(INBOX, variables)).notifications;
}

it('shows what came while nobody listened, the newest first, linked to its event', async () => {
  expect(all.map(({ eventType }) => eventType)).toEqual([
    ...Array.from({ length: 9 }, () => 'USER_UPDATED'),
    'USER_CREATED',
  ]);
  expect(all[0]).toMatchObject({
    type: 'INFO',
    title: 'Account changed',
    message: 'The account of Ada Name 8 was changed: last name.',
    isRead: false,
    readAt: null,
  });
  const [event] = await app.sql<{ type: string }>('select type from event where id = $1', [all[0]?.eventId]);
  expect(event?.type).toBe('USER_UPDATED');
});

it("shows nobody else's", async () => {
  expect((await inboxOf(other.client)).map(({ eventType }) => eventType)).toEqual(['USER_CREATED']);
  const theirs = new Set(all.map(({ id }) => id));
  expect((await inboxOf(other.client)).filter(({ id }) => theirs.has(id))).toEqual([]);
});

it('pages through all of it once, also while something comes', async () => {
  const seen: ShownNotification[] = [];
  for (let after: string | null = null; ;) {
    const page: ShownInbox['notifications'] = await ask({ first: 3, after });
    seen.push(...page.edges.map((edge) => edge.node));
    if (!page.pageInfo.hasNextPage) break;
    if (after === null)
      await succeed(person.client, 'updateUser', { id: person.user.id, input: { firstName: 'Augusta' } });
    await untilNotified(app.sql);
    after = page.pageInfo.endCursor;
  }
  expect(seen).toEqual(all);
});

it('counts', async () => {
  const page = await ask({ first: 1 });
  expect(page).toMatchObject({ unreadCount: 11, totalCount: 11 });
});

it.each([
  ['an empty page', { first: 0 }],
  ['too large a page', { first: 101 }],
  ['a cursor that is none', { after: 'nonsense' }],
  ['a cursor of something else', { after: Buffer.from('["a"]').toString('base64url') }],
  ['a cursor beyond all numbers', { after: Buffer.from(`["${'9'.repeat(30)}"]`).toString('base64url') }],
])('refuses %s', async (_what, variables) => {
  expect(await person.client.codeOf(INBOX, variables)).toBe('BAD_USER_INPUT');
});

it('refuses who is not signed in', async () => {
  expect(await app.client.codeOf(INBOX)).toBe('UNAUTHENTICATED');
});
