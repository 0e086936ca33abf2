import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createUser } from '../../support/factories.ts';
import type { GraphqlClient } from '../../support/graphql-client.ts';
import { countEvents } from '../../support/stored-log.ts';
import { startTestApp, type TestApp } from '../../support/test-app.ts';
import { allPages, type ListedUser, usersPage } from '../../support/user-pages.ts';

const NAMES = ['Äther', 'alpha', 'Alpha', 'beta'];

let app: TestApp;
let admin: GraphqlClient;
beforeAll(async () => {
  app = await startTestApp();
  admin = app.admin.client;
  await Promise.all(Array.from({ length: 60 }, async (_, i) => createUser(admin, { lastName: NAMES[i % 4] ?? '' })));
  // One moment for all: the order of creation alone cannot tell them apart.
  await app.sql(`update app_user set created_at = '2026-01-01T00:00:00.000001Z'`);
});
afterAll(() => app[Symbol.asyncDispose]());

const KEY_OF: Readonly<Record<string, (user: ListedUser) => string>> = {
  CREATED_AT: ({ createdAt }) => createdAt,
  EMAIL: ({ email }) => email.toLowerCase(),
  USERNAME: ({ username }) => username.toLowerCase(),
  LAST_NAME: ({ lastName }) => lastName.toLowerCase(),
};

describe.for(Object.keys(KEY_OF))('ordered by %s', (field) => {
  test.for(['ASC', 'DESC'])('%s, pages in both directions show every user once and in order', async (direction) => {
    const orderBy = { field, direction };
    const forward = await allPages(admin, { orderBy, size: 7 });
    const backward = await allPages(admin, { orderBy, size: 7, backward: true });
    const all = await allPages(admin, { orderBy, size: 100 });

    expect(all.users).toHaveLength(61);
    expect(new Set(all.users.map(({ id }) => id)).size).toBe(61);
    expect(forward.users).toEqual(all.users);
    expect(backward.users).toEqual(all.users);
    expect(forward.sizes).toEqual([7, 7, 7, 7, 7, 7, 7, 7, 5]);
    const keys = all.users.map((user) => `${KEY_OF[field]?.(user)} ${user.id}`);
    const inOrder = keys.toSorted((a, b) => (a < b ? -1 : 1));
    expect(keys).toEqual(direction === 'ASC' ? inOrder : inOrder.toReversed());
  });
});

test('a page says what lies beyond it, and counts everything', async () => {
  const first = await usersPage(admin, { first: 60 });
  expect(first).toMatchObject({ totalCount: 61, pageInfo: { hasNextPage: true, hasPreviousPage: false } });
  const last = await usersPage(admin, { first: 60, after: first.pageInfo.endCursor });
  expect(last).toMatchObject({ totalCount: 61, pageInfo: { hasNextPage: false, hasPreviousPage: true } });
  expect(last.edges).toHaveLength(1);
  const beyond = await usersPage(admin, { first: 60, after: last.pageInfo.endCursor });
  expect(beyond).toMatchObject({ totalCount: 61, edges: [], pageInfo: { hasNextPage: false, endCursor: null } });
  expect((await usersPage(admin)).edges).toHaveLength(20);
});

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const ID = '01a20949-72fc-7725-803a-9e85b6154c0c';

test.for<[string, Record<string, unknown>]>([
  ['no base64', { after: '!!!' }],
  ['no JSON', { after: Buffer.from('{').toString('base64url') }],
  ['an empty text', { after: '' }],
  ['a number', { after: encode(7) }],
  ['too few parts', { after: encode(['2026-01-01T00:00:00.000001Z']) }],
  ['too many parts', { after: encode(['2026-01-01T00:00:00.000001Z', ID, ID]) }],
  ['parts of other types', { after: encode([1, { $ne: null }]) }],
  ['a key of another order', { after: encode(['someone@example.com', ID]) }],
  ['an impossible date', { after: encode(['2026-19-39T29:59:59.000001Z', ID]) }],
  ['a day that does not exist', { after: encode(['2026-02-31T00:00:00.000001Z', ID]) }],
  ['an id that is none', { after: encode(['2026-01-01T00:00:00.000001Z', "' or 1=1"]) }],
  ['a NUL byte', { after: encode(['\0', ID]), orderBy: { field: 'EMAIL', direction: 'ASC' } }],
  ['10,000 characters', { after: 'x'.repeat(10_000) }],
  ['garbage backward', { last: 5, before: 'garbage' }],
  ['two directions', { first: 5, last: 5 }],
  ['both cursors', { after: encode(['a', ID]), before: encode(['a', ID]), last: 3 }],
  ['no items', { first: 0 }],
  ['fewer than none', { first: -1 }],
  ['101 items', { first: 101 }],
  ['101 items backward', { last: 101 }],
  ['2^31 - 1 items', { first: 2 ** 31 - 1 }],
])('a page asked for with %s is refused as bad input', async ([, variables]) => {
  const before = await countEvents(app.sql);
  expect(
    await admin.codeOf(
      `query ($after: String, $before: String, $first: Int, $last: Int, $orderBy: UserOrder) {
    users(after: $after, before: $before, first: $first, last: $last, orderBy: $orderBy) { edges { node { id } } }
  }`,
      variables,
    ),
  ).toBe('BAD_USER_INPUT');
  expect(await countEvents(app.sql)).toBe(before);
});
