import { afterAll, beforeAll, expect, it } from 'vitest';
import { UserDataErased } from '../../../src/modules/privacy/erasure.events.ts';
import { UserPasswordChanged } from '../../../src/modules/users/user.events.ts';
import { createUser, signedInUser, type SignedIn, succeed } from '../../support/factories.ts';
import { appendTestEvents } from '../../support/append-test-events.ts';
import {
  AUDIT_LOGS,
  type AuditLogPage,
  type ShownReport,
  untilAudited,
  VERIFY_AUDIT_CHAIN,
} from '../../support/audit-log.ts';
import { startTestApp, type TestApp } from '../../support/test-app.ts';

let app: TestApp;
let erased: SignedIn;
let other: { readonly id: string };
beforeAll(async () => {
  app = await startTestApp();
  erased = await signedInUser(app.admin.client, { firstName: 'Canary', role: 'manager' });
  other = await createUser(erased.client, { firstName: 'Other' });
  await succeed(app.admin.client, 'updateUser', { id: other.id, input: { lastName: 'Person' } });
  await appendTestEvents(
    app.app,
    UserDataErased,
    [{ aggregateId: erased.user.id, data: { userId: erased.user.id, reason: 'asked for it' } }],
    { userId: app.admin.user.id, ipAddress: '192.0.2.7' },
  );
  await untilAudited(app.sql);
});
afterAll(() => app[Symbol.asyncDispose]());

async function entries(filter: object): Promise<AuditLogPage['auditLogs']['edges'][number]['node'][]> {
  const { auditLogs } = await app.admin.client.ask<AuditLogPage>(AUDIT_LOGS, { filter, first: 100 });
  return auditLogs.edges.map((edge) => edge.node);
}

it('leaves nothing of the person in the log, but what was done and the evidence of the erasure', async () => {
  const found = await app.sql("select 1 from audit_detail where details::text like '%Canary%'");
  expect(found).toEqual([]);
  const about = await entries({ resourceId: erased.user.id });
  expect(about.map(({ action, details }) => ({ action, details }))).toEqual([
    { action: 'ERASE', details: { reason: 'asked for it' } },
    { action: 'LOGIN', details: null },
    { action: 'COMPLETE', details: null },
    { action: 'CREATE', details: null },
  ]);
});

it('keeps what the person did to others, without where they were', async () => {
  const done = (await entries({ userId: erased.user.id })).filter((entry) => entry.resourceId === other.id);
  expect(done.length).toBe(2);
  expect(done.every((entry) => entry.ipAddress === null && entry.userAgent === null)).toBe(true);
  expect(done.at(-1)?.details).toMatchObject({ user: { firstName: 'Other' } });
});

it('keeps where others were', async () => {
  const byAdmin = await entries({ userId: app.admin.user.id, resourceId: erased.user.id });
  expect(byAdmin.map((entry) => entry.ipAddress)).toContain('192.0.2.7');
  expect(byAdmin.every((entry) => entry.ipAddress !== null)).toBe(true);
});

it('does not break the chain', async () => {
  const { verifyAuditChain } = await app.admin.client.ask<ShownReport>(VERIFY_AUDIT_CHAIN);
  expect(verifyAuditChain).toMatchObject({ valid: true, complete: true, firstBroken: null, purgedEntries: 5 });
});

it('blanks an entry that comes after the erasure, as one does that had to be retried', async () => {
  const data = { userId: erased.user.id };
  await appendTestEvents(app.app, UserPasswordChanged, [{ aggregateId: erased.user.id, data }]);
  await untilAudited(app.sql);
  const [late] = await entries({ resourceId: erased.user.id });
  expect(late).toMatchObject({ action: 'UPDATE', details: null });
});
