import { afterAll, beforeAll, expect, test } from 'vitest';
import { createUser, type NewUser, type ShownUser, succeed } from '../../support/factories.ts';
import { startTestApp, type TestApp } from '../../support/test-app.ts';
import { usersPage } from '../../support/user-pages.ts';

const PEOPLE = {
  percent: { firstName: '100%', lastName: 'Sure' },
  underscore: { firstName: 'Snake_Case', lastName: 'Sure' },
  exclamation: { firstName: 'Yes!', lastName: 'Sure' },
  backslash: { firstName: 'Back\\Slash', lastName: "O'Hara" },
  umlaut: { firstName: 'Jürgen', lastName: 'GROẞ' },
  greek: { firstName: 'Ὀδυσσεύς', lastName: 'Ithaka' },
  emoji: { firstName: 'Rocket🚀', lastName: 'Sure' },
  manager: { username: 'boss', role: 'manager' },
  inactive: { username: 'sleeper', email: 'gone@away.example' },
} as const satisfies Record<string, NewUser>;
type Name = keyof typeof PEOPLE;

let app: TestApp;
const people = {} as Record<Name, ShownUser>;
beforeAll(async () => {
  app = await startTestApp();
  for (const name of Object.keys(PEOPLE) as Name[]) people[name] = await createUser(app.admin.client, PEOPLE[name]);
  await succeed(app.admin.client, 'deactivateUser', { id: people.inactive.id });
});
afterAll(() => app[Symbol.asyncDispose]());

async function find(filter: Record<string, unknown>): Promise<string[]> {
  const { edges, totalCount } = await usersPage(app.admin.client, { filter, first: 100 });
  expect(totalCount).toBe(edges.length);
  const names = new Map(Object.entries(people).map(([name, { id }]) => [id, name]));
  return edges.map(({ node }) => names.get(node.id) ?? node.username).sort();
}

const EVERYBODY: readonly string[] = [...Object.keys(PEOPLE), 'root'].sort();

test.for<[string, readonly string[]]>([
  ['100%', ['percent']],
  ['%', ['percent']],
  ['_', ['underscore']],
  ['e_C', ['underscore']],
  ['!', ['exclamation']],
  ['\\', ['backslash']],
  ["'", ['backslash']],
  ['jürgen', ['umlaut']],
  ['JÜRGEN', ['umlaut']],
  ['groß', ['umlaut']],
  ['ὀδυσσ', ['greek']],
  ['🚀', ['emoji']],
  ['sure snake', ['underscore']],
  ['snake   SURE', ['underscore']],
  ['boss', ['manager']],
  ['gone@away', ['inactive']],
  ['nobody at all', []],
  ['', EVERYBODY],
  ['   ', EVERYBODY],
])('searching for %j finds those whose words hold it as written', async ([search, expected]) => {
  expect(await find({ search })).toEqual(expected);
});

test('status, role and roles restrict the list, alone and together', async () => {
  expect(await find({ status: 'INACTIVE' })).toEqual(['inactive']);
  expect(await find({ status: 'ACTIVE' })).toEqual(EVERYBODY.filter((name) => name !== 'inactive'));
  expect(await find({ role: 'manager' })).toEqual(['manager']);
  expect(await find({ roles: ['manager', 'admin'] })).toEqual(['manager', 'root']);
  expect(await find({ role: 'admin', roles: ['manager'] })).toEqual(['manager', 'root']);
  expect(await find({ role: 'no such role' })).toEqual([]);
  expect(await find({ roles: [] })).toEqual([]);
  expect(await find({ role: 'user', status: 'INACTIVE', search: 'gone' })).toEqual(['inactive']);
  expect(await find({ role: 'user', status: 'ACTIVE', search: 'gone' })).toEqual([]);
  expect(await find({})).toEqual(EVERYBODY);
});

test('the range of creation leaves out its ends', async () => {
  const { createdAt } = people.greek;
  const names = Object.keys(PEOPLE);
  const before = [...names.slice(0, names.indexOf('greek')), 'root'].sort();
  const after = names.slice(names.indexOf('greek') + 1).sort();
  expect(await find({ createdBefore: createdAt })).toEqual(before);
  expect(await find({ createdAfter: createdAt })).toEqual(after);
  expect(await find({ createdAfter: createdAt, createdBefore: createdAt })).toEqual([]);
  expect(await find({ createdAfter: people.percent.createdAt, createdBefore: people.emoji.createdAt })).toEqual([
    'backslash',
    'exclamation',
    'greek',
    'umlaut',
    'underscore',
  ]);
});
