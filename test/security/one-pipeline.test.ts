import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createUser, signedInUser, type SignedIn, succeed } from '../support/factories.ts';
import type { GraphqlRequest, ShownResult } from '../support/graphql-requests.ts';
import { TestSocket, TRANSPORTS } from '../support/graphql-requests.ts';
import { countEvents } from '../support/stored-log.ts';
import { startTestApp, type TestApp } from '../support/test-app.ts';

let app: TestApp;
let person: SignedIn;
let strangerId: string;
const tokens: Record<string, string | undefined> = {};
beforeAll(async () => {
  app = await startTestApp();
  person = await signedInUser(app.admin.client);
  strangerId = (await createUser(app.admin.client)).id;
  const ended = await signedInUser(app.admin.client);
  await succeed(ended.client, 'logout');
  const disabled = await signedInUser(app.admin.client);
  await succeed(app.admin.client, 'deactivateUser', { id: disabled.user.id });
  const { token: expired } = await app.app.services.auth.tokens.issue({
    userId: person.user.id,
    sessionId: person.user.id,
    now: new Date(Date.now() - 3_600_000),
  });
  Object.assign(tokens, {
    nobody: undefined,
    person: person.accessToken,
    administrator: app.admin.accessToken,
    'an ended session': ended.accessToken,
    'a disabled person': disabled.accessToken,
    'an expired token': expired,
    'a refresh token': person.refreshToken,
    'an altered token': `${person.accessToken.slice(0, -4)}AAAA`,
    nonsense: 'x',
  });
});
afterAll(() => app[Symbol.asyncDispose]());

const aliases = (count: number): string =>
  Array.from({ length: count }, (_, index) => `a${index}: me { id }`).join(' ');

/** Who asks what, and the code of the refusal; null when it is answered. */
const CASES: readonly (readonly [what: string, who: string, request: () => GraphqlRequest, code: string | null])[] = [
  ['their own account', 'person', () => ({ query: '{ me { id email } }' }), null],
  ['nothing in particular', 'nobody', () => ({ query: '{ me { id } }' }), null],
  ['a list', 'administrator', () => ({ query: '{ users { totalCount } }' }), null],
  // Authentication.
  ['anything', 'an ended session', () => ({ query: '{ me { id } }' }), 'UNAUTHENTICATED'],
  ['anything', 'a disabled person', () => ({ query: '{ me { id } }' }), 'UNAUTHENTICATED'],
  ['anything', 'an expired token', () => ({ query: '{ me { id } }' }), 'UNAUTHENTICATED'],
  ['anything', 'a refresh token', () => ({ query: '{ me { id } }' }), 'UNAUTHENTICATED'],
  ['anything', 'an altered token', () => ({ query: '{ me { id } }' }), 'UNAUTHENTICATED'],
  ['anything', 'nonsense', () => ({ query: '{ me { id } }' }), 'UNAUTHENTICATED'],
  // Authorization.
  ['a list', 'nobody', () => ({ query: '{ users { totalCount } }' }), 'UNAUTHENTICATED'],
  ['a list', 'person', () => ({ query: '{ users { totalCount } }' }), 'FORBIDDEN'],
  ['somebody else', 'person', () => ({ query: `{ user(id: "${strangerId}") { email } }` }), 'FORBIDDEN'],
  ['somebody else as a node', 'person', () => ({ query: `{ node(id: "${strangerId}") { id } }` }), 'FORBIDDEN'],
  [
    'to change somebody else',
    'person',
    () => ({ query: `mutation { updateUser(id: "${strangerId}", input: {}) { __typename } }` }),
    'FORBIDDEN',
  ],
  [
    'to make a role',
    'person',
    () => ({ query: 'mutation { createRole(input: { name: "mine" }) { __typename } }' }),
    'FORBIDDEN',
  ],
  [
    'to make a role',
    'nobody',
    () => ({ query: 'mutation { createRole(input: { name: "mine" }) { __typename } }' }),
    'UNAUTHENTICATED',
  ],
  // Validation.
  ['what there is not', 'person', () => ({ query: '{ nothing }' }), 'BAD_USER_INPUT'],
  ['broken text', 'person', () => ({ query: '{ me {' }), 'BAD_USER_INPUT'],
  [
    'a number as an id',
    'person',
    () => ({ query: 'query ($id: ID!) { user(id: $id) { id } }', variables: { id: 7 } }),
    'BAD_USER_INPUT',
  ],
  ['no UUID', 'administrator', () => ({ query: '{ user(id: "7") { id } }' }), 'BAD_USER_INPUT'],
  ['a page of 101', 'administrator', () => ({ query: '{ roles(first: 101) { totalCount } }' }), 'BAD_USER_INPUT'],
  [
    'a cursor that is none',
    'administrator',
    () => ({
      query: 'query ($after: Cursor) { events(after: $after) { edges { cursor } } }',
      variables: { after: 'x' },
    }),
    'CURSOR_INVALID',
  ],
  // Limits.
  ['16 aliases', 'person', () => ({ query: `{ ${aliases(16)} }` }), 'BAD_USER_INPUT'],
  ['11 root fields', 'person', () => ({ query: `{ ${'me { id } '.repeat(11)} }` }), 'BAD_USER_INPUT'],
  ['1001 tokens', 'person', () => ({ query: `{ me { ${'id '.repeat(1_000)} } }` }), 'BAD_USER_INPUT'],
  ['21 directives', 'person', () => ({ query: `{ me { id ${'@include(if: true) '.repeat(21)} } }` }), 'BAD_USER_INPUT'],
  ['20 KiB', 'person', () => ({ query: `{ me { id } } #${'x'.repeat(20 * 1024)}` }), 'BAD_USER_INPUT'],
  [
    'what costs too much',
    'administrator',
    () => ({
      query:
        '{ users(first: 100) { edges { node { orders: role { id name description permissions builtIn version createdAt updatedAt } a: role { id name description permissions builtIn version createdAt updatedAt } b: role { id name description permissions builtIn version createdAt updatedAt } c: role { id name description permissions builtIn version createdAt updatedAt } d: role { id name description permissions builtIn version createdAt updatedAt } e: role { id name description permissions builtIn version createdAt updatedAt } } } } }',
    }),
    'BAD_USER_INPUT',
  ],
];

function codeOf([result]: readonly ShownResult[]): string | null {
  return result?.errors?.[0]?.extensions.code ?? null;
}

describe.each(TRANSPORTS)('over $name', ({ name, run }) => {
  test.for(CASES)('%s asked for by %s', async ([_what, who, request, code]) => {
    const before = await countEvents(app.sql);
    const token = tokens[who];
    const authorization = token === undefined ? undefined : `Bearer ${token}`;
    // A socket is authenticated when it opens, and closed if that fails.
    const isRefusedAtOnce = name === 'websocket' && code === 'UNAUTHENTICATED' && token !== undefined;
    const outcome = isRefusedAtOnce
      ? await closeCodeOf(authorization)
      : codeOf(await run(app, request(), authorization));
    expect(outcome).toBe(isRefusedAtOnce ? 4403 : code);
    expect(await countEvents(app.sql)).toBe(before);
  });

  test('the same document gives each caller their own answer, in both orders', async () => {
    const query = 'query Mine { me { email role { permissions } } }';
    const ask = async (who: string): Promise<unknown> => {
      const [result] = await run(app, { query }, `Bearer ${tokens[who]}`);
      return (result?.data?.['me'] as { email: string } | undefined)?.email;
    };
    const order = ['administrator', 'person', 'person', 'administrator', 'person'];
    const emails: Readonly<Record<string, string>> = {
      administrator: app.admin.user.email,
      person: person.user.email,
    };
    const answers = [];
    for (const who of order) answers.push(await ask(who));
    expect(answers).toEqual(order.map((who) => emails[who]));
  });
});

async function closeCodeOf(authorization: string | undefined): Promise<number> {
  await using socket = await TestSocket.open(app);
  socket.send({ type: 'connection_init', payload: { authorization } });
  return (await socket.untilClosed()).code;
}
