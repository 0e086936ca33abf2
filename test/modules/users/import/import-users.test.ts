import { afterAll, beforeAll, expect, test } from 'vitest';
import { leaveTransactionScope } from '../../../../src/database/open-transaction.ts';
import {
  createUser,
  isSignedIn,
  PASSWORD,
  personInput,
  roleId,
  signedInUser,
  signIn,
} from '../../../support/factories.ts';
import { holdRows } from '../../../support/held-rows.ts';
import { countChanges, findLogFaults } from '../../../support/stored-log.ts';
import { startTestApp, type TestApp } from '../../../support/test-app.ts';
import { IMPORT, importUsers } from './import-client.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app[Symbol.asyncDispose]());

const people = (count: number, password: string | null = null) =>
  Array.from({ length: count }, () => ({ ...personInput(), password }));

test('everybody is imported in one transaction, each with their events and one that sums up', async () => {
  const [withPassword, without] = [people(2, PASSWORD), people(1)];
  const manager = await roleId(app.admin.client, 'manager');
  const users = [...withPassword, ...without.map((person) => ({ ...person, roleId: manager }))];
  const answer = await importUsers(app.admin.client, users);

  expect(answer).toMatchObject({ __typename: 'ImportUsersPayload', failed: [] });
  expect(answer.successful?.map(({ email, role }) => [email, role.name])).toEqual([
    [users[0]?.email, 'user'],
    [users[1]?.email, 'user'],
    [users[2]?.email, 'manager'],
  ]);
  const ids = answer.successful?.map(({ id }) => id) ?? [];
  expect(answer.events?.map(({ type, aggregateId }) => [type, aggregateId])).toEqual([
    ...ids.flatMap((id) => [
      ['USER_CREATED', id],
      ['USER_REGISTRATION_COMPLETED', id],
    ]),
    ['USERS_IMPORT_COMPLETED', 'import-operation'],
  ]);
  expect(answer.events?.[1]?.data).toMatchObject({ registrationSource: 'import' });
  expect(answer.events?.at(-1)?.data).toEqual({
    totals: { requested: 3, imported: 3, failed: 0 },
    importedUsers: ids,
    failures: [],
  });
  const commands = await app.sql('select distinct command_id from event where aggregate_id = any($1::text[])', [
    [...ids, 'import-operation'],
  ]);
  expect(commands).toHaveLength(1);
  expect(await isSignedIn((await signIn(app.client, users[0]?.email ?? '')).client)).toBe(true);
  expect(await findLogFaults(app.sql)).toEqual([]);
});

test('rows that fail are left out, each with all that is wrong and where', async () => {
  const taken = await createUser(app.admin.client);
  const [good, repeated] = people(2);
  if (!good || !repeated) throw new Error('Too few people.');
  const users = [
    good,
    { ...personInput(), email: taken.email.toUpperCase(), password: 'short' },
    { ...repeated, email: good.email },
    { ...personInput(), email: 'none', firstName: '' },
    { ...personInput(), roleId: '00000000-0000-7000-8000-000000000000' },
  ];
  const answer = await importUsers(app.admin.client, users, { onError: 'IGNORE_FAILED' });
  expect(answer.successful?.map(({ email }) => email)).toEqual([good.email]);
  expect(
    answer.failed?.map(({ index, email, errors }) => [index, email, errors.map(({ path }) => path.join('.')).sort()]),
  ).toEqual([
    [1, users[1]?.email, ['email', 'password']],
    [2, good.email, ['email']],
    [3, 'none', ['email', 'firstName']],
    [4, users[4]?.email, ['roleId']],
  ]);
  const summary = JSON.stringify(answer.events?.at(-1)?.data);
  expect(answer.events?.at(-1)?.data).toMatchObject({ totals: { requested: 5, imported: 1, failed: 4 } });
  for (const { email, username } of users) {
    expect(summary).not.toContain(email.toLowerCase());
    expect(summary).not.toContain(username);
  }
});

test.for([{}, { onError: 'REJECT_EVERYTHING' }])('with %o one bad row keeps everybody out', async (options) => {
  const users = [...people(2, PASSWORD), { ...personInput(), email: 'none' }];
  const before = await countChanges(app.sql);
  const answer = await importUsers(app.admin.client, users, options);
  expect(answer).toMatchObject({ __typename: 'ValidationError', fieldErrors: [{ path: ['users', '2', 'email'] }] });
  expect(await countChanges(app.sql)).toBe(before);
  expect(await app.sql('select from app_user where email = $1', [users[0]?.email])).toEqual([]);
});

test('a name that somebody takes while the import runs fails its row only', async () => {
  const users = people(3);
  // The import meets the row of a rival's account that is not committed yet.
  const url = app.deployment.env['DATABASE_URL'] ?? '';
  const rival = users[1];
  await using held = await holdRows(
    url,
    `insert into app_user (id, version, created_at, updated_at, email, username, first_name, last_name, is_active, role_id)
     select gen_random_uuid(), 1, now(), now(), $1, 'rival', 'A', 'B', true, id from role where name = 'user'`,
    [rival?.email],
  );
  const running = leaveTransactionScope(() => importUsers(app.admin.client, users, { onError: 'IGNORE_FAILED' }));
  await held.untilWaiting(1);
  await held.release();
  const answer = await running;
  expect(answer.successful?.map(({ email }) => email)).toEqual([users[0]?.email, users[2]?.email]);
  expect(answer.failed).toEqual([
    { index: 1, email: rival?.email, errors: [{ path: ['email'], message: 'This e-mail address is taken.' }] },
  ]);
  await app.sql(`delete from app_user where username = 'rival'`);
});

test('a repetition under its key imports nobody twice, and another input is a conflict', async () => {
  const users = people(3, PASSWORD);
  const idempotencyKey = crypto.randomUUID();
  const answers = await Promise.all(
    Array.from({ length: 5 }, () => importUsers(app.admin.client, users, { idempotencyKey })),
  );
  const ids = answers.map(({ successful }) => successful?.map(({ id }) => id));
  expect(ids).toEqual(ids.map(() => ids[0]));
  expect(await app.sql('select from app_user where email = any($1)', [users.map(({ email }) => email)])).toHaveLength(
    3,
  );
  const other = await importUsers(app.admin.client, users.slice(1), { idempotencyKey });
  expect(other.__typename).toBe('IdempotencyConflictError');
  const [answer] = await app.sql<{ stored: string }>(
    'select result::text as stored from command_answer where key = $1',
    [idempotencyKey],
  );
  expect(answer?.stored).not.toMatch(/@|person-/);
});

test('nobody imports who may do more than they do', async () => {
  const manager = await signedInUser(app.admin.client, { role: 'manager' });
  const user = await signedInUser(app.admin.client);
  const admin = await roleId(app.admin.client, 'admin');
  const before = await countChanges(app.sql);
  const input = { users: [{ ...personInput(), roleId: admin }] };
  expect(await manager.client.codeOf(IMPORT, { input })).toBe('FORBIDDEN');
  expect(await user.client.codeOf(IMPORT, { input: { users: people(1) } })).toBe('FORBIDDEN');
  expect(await app.client.codeOf(IMPORT, { input: { users: people(1) } })).toBe('UNAUTHENTICATED');
  expect(await countChanges(app.sql)).toBe(before);
});

test.for<[string, object, string]>([
  ['of nobody', { users: [] }, 'ValidationError'],
  ['of 1001', { users: people(1001) }, 'ValidationError'],
  ['that is null', { users: null }, 'BAD_USER_INPUT'],
  ['with a row that is null', { users: [null] }, 'BAD_USER_INPUT'],
  ['with a field that is none', { users: [{ ...personInput(), isActive: false }] }, 'BAD_USER_INPUT'],
  ['with a policy that is none', { users: people(1), onError: 'IGNORE' }, 'BAD_USER_INPUT'],
  ['with a role id that is none', { users: [{ ...personInput(), roleId: 'admin' }] }, 'BAD_USER_INPUT'],
  ['with NUL in a password', { users: [{ ...personInput(), password: 'long enough\0' }] }, 'BAD_USER_INPUT'],
  ['with a huge name', { users: [{ ...personInput(), firstName: 'x'.repeat(50_000) }] }, 'ValidationError'],
])('an import %s is refused', async ([, input, expected]) => {
  const before = await countChanges(app.sql);
  const { result } = await app.admin.client.send(IMPORT, { input });
  const answer = result.data?.['importUsers'] as { __typename?: string } | null | undefined;
  expect(answer?.__typename ?? result.errors?.[0]?.extensions.code).toBe(expected);
  expect(await countChanges(app.sql)).toBe(before);
});
