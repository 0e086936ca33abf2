import { afterAll, beforeAll, expect, it } from 'vitest';
import { secretPhrase } from '../../support/canaries.ts';
import { PASSWORD, personInput, signedInUser, signIn, succeed } from '../../support/factories.ts';
import { AUDIT_LOGS, type AuditLogPage, type ShownAuditLog, untilAudited } from '../../support/audit-log.ts';
import { startTestApp, type TestApp } from '../../support/test-app.ts';
import { waitFor } from '../../support/wait-for.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app[Symbol.asyncDispose]());

async function entriesAbout(resourceId: string): Promise<ShownAuditLog[]> {
  await untilAudited(app.sql);
  const { auditLogs } = await app.admin.client.ask<AuditLogPage>(AUDIT_LOGS, { filter: { resourceId }, first: 100 });
  return auditLogs.edges.map((edge) => edge.node).toReversed();
}

it('records who did what to whom, from where, in the order it happened', async () => {
  const person = await signedInUser(app.admin.client);
  await succeed(person.client, 'updateUser', { id: person.user.id, input: { lastName: 'Byron' } });
  await succeed(app.admin.client, 'deleteUser', { id: person.user.id });

  const entries = await entriesAbout(person.user.id);
  expect(entries.map(({ action, userId }) => ({ action, userId }))).toEqual([
    { action: 'CREATE', userId: app.admin.user.id },
    { action: 'COMPLETE', userId: app.admin.user.id },
    { action: 'LOGIN', userId: person.user.id },
    { action: 'UPDATE', userId: person.user.id },
    { action: 'DELETE', userId: app.admin.user.id },
  ]);
  expect(entries.every((entry) => entry.resource === 'User' && entry.ipAddress === '127.0.0.1')).toBe(true);
  expect(entries.every((entry) => entry.userAgent !== null && /^[0-9a-f-]{36}$/.test(entry.correlationId))).toBe(true);
  expect(entries[3]?.details).toEqual({ changes: { lastName: { from: 'Lovelace', to: 'Byron' } } });
});

it('records failed sign-ins against the account, done by nobody known', async () => {
  const person = await signedInUser(app.admin.client);
  const login = 'mutation ($input: LoginInput!) { login(input: $input) { __typename } }';
  await app.client.send(login, { input: { email: person.user.email, password: secretPhrase('not this one, surely') } });
  const failure = await waitFor(
    async () => (await entriesAbout(person.user.id)).find(({ eventType }) => eventType === 'USER_LOGIN_FAILED'),
    { describe: 'the entry of the failed sign-in' },
  );
  expect(failure).toMatchObject({ action: 'FAIL', userId: null, details: { reason: 'WRONG_PASSWORD' } });
});

it('holds the entries of one request together by its correlation', async () => {
  const input = personInput();
  await succeed(app.client, 'register', { input: { ...input, password: PASSWORD } });
  const { user } = await signIn(app.client, input.email);
  const [first] = await entriesAbout(user.id);
  const { auditLogs } = await app.admin.client.ask<AuditLogPage>(AUDIT_LOGS, {
    filter: { correlationId: first?.correlationId },
  });
  expect(auditLogs.edges.map((edge) => edge.node.eventType)).toEqual(['USER_REGISTRATION_COMPLETED', 'USER_CREATED']);
});

it('holds no password', async () => {
  await untilAudited(app.sql);
  const found = await app.sql("select 1 from audit_detail where details::text like '%' || $1 || '%'", [PASSWORD]);
  expect(found).toEqual([]);
});
