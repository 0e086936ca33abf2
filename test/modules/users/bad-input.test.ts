import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { mutate, PASSWORD, personInput, type ShownUser, createUser } from '../../support/factories.ts';
import { MUTATIONS } from '../../support/operations.ts';
import { countEvents } from '../../support/stored-log.ts';
import { startTestApp, type TestApp } from '../../support/test-app.ts';

let app: TestApp;
let user: ShownUser;
let events: number;
beforeAll(async () => {
  app = await startTestApp();
  user = await createUser(app.admin.client);
});
beforeEach(async () => {
  events = await countEvents(app.sql);
});
afterAll(() => app[Symbol.asyncDispose]());

const BAD_FIELDS: Readonly<Record<string, readonly string[]>> = {
  email: [
    '',
    ' ',
    'plain',
    '@example.com',
    'a@',
    'a b@example.com',
    'a@b@example.com',
    'a@example.com\r\nBcc: b@example.com',
    'a@example.com, b@example.com',
    '"Name" <a@example.com>',
    'a@exa mple.com',
    'a\u2028b@example.com',
    `${'x'.repeat(250)}@example.com`,
    'x'.repeat(10_000),
  ],
  username: ['', 'ab', '-ab', 'ab-', 'a b', 'ünïcode', 'a\r\nb', 'a@example.com', 'x'.repeat(33), 'x'.repeat(10_000)],
  firstName: [
    '',
    '   ',
    'A\r\nB',
    'A\nB',
    'A\tB',
    'A\u2028B',
    'A\u0085B',
    'A\u001b[31mB',
    'x'.repeat(101),
    'x'.repeat(10_000),
  ],
  lastName: ['', 'A\rB', 'x'.repeat(101)],
};

const cases = Object.entries(BAD_FIELDS).flatMap(([field, values]) => values.map((value) => ({ field, value })));

test.for(cases)(
  'the $field $value is refused for new and for changed accounts, and named',
  async ({ field, value }) => {
    const input = { ...personInput(), [field]: value };
    const answers = [
      await mutate(app.admin.client, 'createUser', { input }),
      await mutate(app.admin.client, 'updateUser', { id: user.id, input: { [field]: value } }),
    ];
    for (const answer of answers) {
      expect(answer).toMatchObject({ __typename: 'ValidationError', code: 'VALIDATION_FAILED' });
      expect(new Set(answer.fieldErrors?.map(({ path }) => path.join('.')))).toEqual(new Set([field]));
      // What the validation library says by itself helps nobody.
      expect(answer.message).not.toContain('Invalid');
    }
    expect(await countEvents(app.sql)).toBe(events);
  },
);

test('somebody who registers gets the same refusals', async () => {
  const input = { email: 'plain', username: '', firstName: 'A\r\nB', lastName: '', password: PASSWORD };
  const answer = await mutate(app.client, 'register', { input });
  expect(answer).toMatchObject({ __typename: 'ValidationError' });
  expect(new Set(answer.fieldErrors?.map(({ path }) => path[0]))).toEqual(
    new Set(['email', 'username', 'firstName', 'lastName']),
  );
  expect(await countEvents(app.sql)).toBe(events);
});

describe('a password', () => {
  test.for<[string, string]>([
    ['empty', ''],
    ['short', 'xK3!x'],
    ['short but for marks that combine', 'e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301'],
    ['common', 'password123'],
    ['common in capitals and full width', 'ＰＡＳＳＷＯＲＤ１２３'],
    ['one character too long', 'x'.repeat(129)],
    ['huge', 'x'.repeat(90_000)],
  ])('that is %s is refused, and not repeated', async ([, password]) => {
    const input = { ...personInput(), password };
    const { status, result } = await app.admin.client.send(MUTATIONS.createUser, { input });
    expect(status).toBe(200);
    expect(result.data?.['createUser']).toMatchObject({
      __typename: 'ValidationError',
      fieldErrors: [{ path: ['password'] }],
    });
    expect(JSON.stringify(result)).not.toContain(password || 'undefined');
    expect(await countEvents(app.sql)).toBe(events);
  });

  test.for<[string, (person: { email: string; username: string }) => string]>([
    ['e-mail address', ({ email }) => email],
    ['username in capitals', ({ username }) => username.toUpperCase()],
    ["address' first part", ({ email }) => email.split('@')[0] ?? ''],
  ])("that is the owner's %s is refused", async ([, passwordOf]) => {
    const person = personInput();
    const input = { ...person, password: passwordOf(person) };
    expect(await mutate(app.admin.client, 'createUser', { input })).toMatchObject({ __typename: 'ValidationError' });
    expect(await countEvents(app.sql)).toBe(events);
  });
});

test.for<[string, string, Record<string, unknown>, string]>([
  ['a role id that is none', 'createUser', { roleId: 'admin' }, 'BAD_USER_INPUT'],
  ['a role id that is none', 'updateUser', { roleId: 'admin' }, 'BAD_USER_INPUT'],
  ['a field that is none', 'createUser', { isActive: true }, 'BAD_USER_INPUT'],
  ['a version of its own', 'updateUser', { version: 7 }, 'BAD_USER_INPUT'],
  ['an id of its own', 'createUser', { id: '00000000-0000-7000-8000-000000000000' }, 'BAD_USER_INPUT'],
  ['a required field that is null', 'createUser', { email: null }, 'BAD_USER_INPUT'],
  ['a list for a text', 'updateUser', { email: ['a@example.com', 'b@example.com'] }, 'BAD_USER_INPUT'],
])('%s in %s is refused', async ([, name, fields, code]) => {
  const input = name === 'createUser' ? { ...personInput(), ...fields } : fields;
  const { status, result } = await app.admin.client.send(MUTATIONS[name as 'createUser'], { id: user.id, input });
  const answered = (result.data?.[name] as { code?: string } | undefined)?.code ?? result.errors?.[0]?.extensions.code;
  expect([status, answered]).toEqual([200, code]);
  expect(await countEvents(app.sql)).toBe(events);
});

test.for([
  ['createUser', 'CREATE_FAILED'],
  ['updateUser', 'UPDATE_FAILED'],
] as const)('a role that is none in %s is refused, and only that it failed is recorded', async ([name, type]) => {
  const role = { roleId: '00000000-0000-7000-8000-000000000000' };
  const input = name === 'createUser' ? { ...personInput(), ...role } : role;
  expect(await mutate(app.admin.client, name, { id: user.id, input })).toMatchObject({ code: 'VALIDATION_FAILED' });
  expect(await countEvents(app.sql)).toBe(events + 1);
  expect(await app.sql('select type from event order by number desc limit 1')).toEqual([{ type }]);
});

test.for<[string, string]>([
  ['missing entirely', 'mutation { createUser { __typename } }'],
  ['empty', 'mutation { createUser(input: {}) { __typename } }'],
  ['no object', 'mutation { createUser(input: "x") { __typename } }'],
])('an input that is %s is refused', async ([, query]) => {
  expect(await app.admin.client.codeOf(query)).toBe('BAD_USER_INPUT');
  expect(await countEvents(app.sql)).toBe(events);
});

test.for(['updateUser', 'activateUser', 'deactivateUser', 'deleteUser'] as const)(
  '%s says NOT_FOUND of a user that is none, and only that it failed is recorded',
  async (name) => {
    const id = '00000000-0000-7000-8000-000000000000';
    expect(await mutate(app.admin.client, name, { id, input: {} })).toMatchObject({ __typename: 'NotFoundError' });
    expect(await countEvents(app.sql)).toBe(events + 1);
    expect(await app.sql('select type, data from event order by number desc limit 1')).toEqual([
      {
        type: name === 'deleteUser' ? 'DELETE_FAILED' : 'UPDATE_FAILED',
        data: {
          command: { name, input: { id } },
          error: { code: 'NOT_FOUND', message: 'The user was not found.' },
        },
      },
    ]);
  },
);
