import { v7 } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { secretPhrase } from '../../support/canaries.ts';
import { AUDIT_LOGS, type AuditLogPage, untilAudited } from '../../support/audit-log.ts';
import { createUser, mutate, personInput, PASSWORD, roleId, signedInUser, succeed } from '../../support/factories.ts';
import { countEvents, readStoredLog } from '../../support/stored-log.ts';
import { bulk } from './bulk/bulk-client.ts';
import { importUsers } from './import/import-client.ts';
import { startTestApp, type TestApp } from '../../support/test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app[Symbol.asyncDispose]());

const FAILURES = `query ($filter: DomainEventFilter) { events(filter: $filter, first: 1) { edges { node {
  type aggregateType aggregateId version metadata { userId }
  ... on CreateFailed { command { name input } error { code message } }
  ... on UpdateFailed { command { name input } error { code message } }
  ... on BulkCreateFailed { command { name input } error { code message } }
  ... on BulkUpdateFailed { command { name input } error { code message } }
  ... on DeleteFailed { command { name input } error { code message } }
} } } }`;

async function lastFailure(type: string): Promise<Record<string, unknown> | undefined> {
  await readStoredLog(app.sql);
  const { events } = await app.admin.client.ask<{ events: { edges: { node: Record<string, unknown> }[] } }>(FAILURES, {
    filter: { types: [type] },
  });
  return events.edges[0]?.node;
}

test('a creation that meets a taken address is recorded without the address', async () => {
  const taken = await createUser(app.admin.client);
  const role = await roleId(app.admin.client, 'user');
  const input = {
    ...personInput({ email: taken.email }),
    password: secretPhrase('a secret nobody guesses'),
    roleId: role,
  };
  expect(await mutate(app.admin.client, 'createUser', { input })).toMatchObject({ __typename: 'ConflictError' });

  const failure = await lastFailure('CREATE_FAILED');
  expect(failure).toMatchObject({
    type: 'CREATE_FAILED',
    aggregateType: 'User',
    version: 1,
    metadata: { userId: app.admin.user.id },
    command: { name: 'createUser', input: { roleId: role } },
    error: { code: 'CONFLICT', message: 'This e-mail address is taken.' },
  });
  const stored = await app.sql<{ all: string }>(
    "select string_agg(e::text, '') as all from event e where type = 'CREATE_FAILED'",
  );
  for (const secret of [taken.email, input.username, input.password]) expect(stored[0]?.all).not.toContain(secret);
});

test('a stale version and the last administrator are recorded, and no version moves', async () => {
  const user = await createUser(app.admin.client);
  const stale = { id: user.id, input: { firstName: 'Late' }, expectedVersion: 1 };
  expect(await mutate(app.admin.client, 'updateUser', stale)).toMatchObject({ __typename: 'ConcurrencyError' });
  expect(await lastFailure('UPDATE_FAILED')).toMatchObject({
    command: { name: 'updateUser', input: { id: user.id } },
    error: { code: 'CONCURRENCY_CONFLICT' },
  });
  expect(await mutate(app.admin.client, 'deleteUser', { id: app.admin.user.id })).toMatchObject({
    __typename: 'InvalidStateError',
  });
  expect(await lastFailure('DELETE_FAILED')).toMatchObject({
    command: { name: 'deleteUser', input: { id: app.admin.user.id } },
    error: { code: 'INVALID_STATE' },
  });
  expect((await succeed(app.admin.client, 'updateUser', { ...stale, expectedVersion: 2 })).user?.version).toBe(3);
});

test('a change of many and an import that come to nothing are recorded, without the people of the import', async () => {
  const userIds = [(await createUser(app.admin.client)).id, v7()];
  expect((await bulk(app.admin.client, 'bulkDeactivateUsers', userIds)).__typename).toBe('ValidationError');
  expect(await lastFailure('BULK_UPDATE_FAILED')).toMatchObject({
    aggregateType: 'User',
    command: { name: 'bulkDeactivateUsers', input: { userIds } },
    error: { code: 'VALIDATION_FAILED', message: `There is no user ${userIds[1]}.` },
  });

  const users = [{ ...personInput(), password: 'a secret nobody guesses' }, personInput({ email: 'none' })];
  const rejected = await importUsers(app.admin.client, users, { onError: 'REJECT_EVERYTHING' });
  expect(rejected.__typename).toBe('ValidationError');
  expect(await lastFailure('BULK_CREATE_FAILED')).toMatchObject({
    aggregateType: 'User',
    command: { name: 'importUsers', input: { onError: 'REJECT_EVERYTHING' } },
    error: { code: 'VALIDATION_FAILED' },
  });
  const stored = await app.sql<{ all: string }>(
    "select string_agg(e::text, '') as all from event e where type = 'BULK_CREATE_FAILED'",
  );
  for (const { email, username } of users.slice(0, 1)) {
    for (const secret of [email, username, 'a secret nobody guesses']) expect(stored[0]?.all).not.toContain(secret);
  }
});

test('nobody who is not signed in, and no refused input, can put an event into the log', async () => {
  const taken = await createUser(app.admin.client);
  const somebody = await signedInUser(app.admin.client);
  const before = await countEvents(app.sql);
  const register = { input: { ...personInput({ username: taken.username }), password: PASSWORD } };
  expect(await mutate(app.client, 'register', register)).toMatchObject({ __typename: 'ConflictError' });
  expect(await mutate(app.client, 'refreshSession', { input: { refreshToken: 'none' } })).toMatchObject({
    __typename: 'InvalidTokenError',
  });
  expect(await mutate(somebody.client, 'updateUser', { id: somebody.user.id, input: { email: 'none' } })).toMatchObject(
    {
      __typename: 'ValidationError',
    },
  );
  for (const [name, variables] of [
    ['createUser', { input: personInput() }],
    ['updateUser', { id: taken.id, input: {} }],
    ['deleteUser', { id: taken.id }],
  ] as const) {
    await expect(mutate(somebody.client, name, variables)).rejects.toThrow('FORBIDDEN');
  }
  expect(await countEvents(app.sql)).toBe(before);
});

test('who failed sees it among their own events, others do not, and it is audited', async () => {
  const somebody = await signedInUser(app.admin.client);
  const stranger = await signedInUser(app.admin.client);
  const stale = { id: somebody.user.id, input: { firstName: 'Late' }, expectedVersion: 1 };
  await mutate(somebody.client, 'updateUser', stale);
  const [failed] = (await readStoredLog(app.sql)).slice(-1);
  const EVENT = 'query ($id: ID!) { event(id: $id) { type aggregateId } }';
  expect(await somebody.client.ask(EVENT, { id: failed?.id })).toEqual({
    event: { type: 'UPDATE_FAILED', aggregateId: failed?.aggregateId },
  });
  expect(await stranger.client.ask(EVENT, { id: failed?.id })).toEqual({ event: null });

  await untilAudited(app.sql);
  const { auditLogs } = await app.admin.client.ask<AuditLogPage>(AUDIT_LOGS, { first: 1 });
  expect(auditLogs.edges[0]?.node).toMatchObject({
    eventId: failed?.id,
    action: 'FAIL',
    resource: 'User',
    userId: somebody.user.id,
    details: { command: { name: 'updateUser' }, error: { code: 'CONCURRENCY_CONFLICT' } },
  });
});
