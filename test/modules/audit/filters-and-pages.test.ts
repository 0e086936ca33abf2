import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createUser, signedInUser, type SignedIn, succeed } from '../../support/factories.ts';
import { AUDIT_LOGS, type AuditLogPage, type ShownAuditLog, untilAudited } from '../../support/audit-log.ts';
import { startTestApp, type TestApp } from '../../support/test-app.ts';

let app: TestApp;
let manager: SignedIn;
let all: readonly ShownAuditLog[];
beforeAll(async () => {
  app = await startTestApp();
  manager = await signedInUser(app.admin.client, { role: 'manager' });
  for (let person = 0; person < 3; person++) await createUser(manager.client);
  await succeed(app.admin.client, 'updateUser', { id: manager.user.id, input: { lastName: 'Byron' } });
  await untilAudited(app.sql);
  all = await list({}, 100);
});
afterAll(() => app[Symbol.asyncDispose]());

async function ask(variables: Readonly<Record<string, unknown>>): Promise<AuditLogPage['auditLogs']> {
  return (await app.admin.client.ask<AuditLogPage>(AUDIT_LOGS, variables)).auditLogs;
}

async function list(filter: object, first = 100): Promise<ShownAuditLog[]> {
  return (await ask({ filter, first })).edges.map((edge) => edge.node);
}

it('shows the newest first', () => {
  expect(all.length).toBeGreaterThan(12);
  expect(all.map((entry) => entry.sequence)).toEqual(Array.from(all, (_entry, index) => all.length - index));
});

it.each<[string, () => object, (entry: ShownAuditLog) => boolean]>([
  ['who acted', () => ({ userId: manager.user.id }), (entry) => entry.userId === manager.user.id],
  ['action', () => ({ action: 'CREATE' }), (entry) => entry.action === 'CREATE'],
  ['resource', () => ({ resource: 'Role' }), (entry) => entry.resource === 'Role'],
  ['resource id', () => ({ resourceId: manager.user.id }), (entry) => entry.resourceId === manager.user.id],
  [
    'correlation',
    () => ({ correlationId: all[0]?.correlationId }),
    (entry) => entry.correlationId === all[0]?.correlationId,
  ],
  ['start', () => ({ from: all[5]?.createdAt }), (entry) => entry.createdAt >= (all[5]?.createdAt ?? '')],
  ['end', () => ({ to: all[5]?.createdAt }), (entry) => entry.createdAt <= (all[5]?.createdAt ?? '')],
  [
    'several at once',
    () => ({ resource: 'User', action: 'CREATE', userId: manager.user.id }),
    (entry) => entry.resource === 'User' && entry.action === 'CREATE' && entry.userId === manager.user.id,
  ],
])('filters by %s', async (_name, filter, matches) => {
  const expected = all.filter(matches);
  expect(expected.length).toBeGreaterThan(0);
  expect(expected.length).toBeLessThan(all.length);
  expect(await list(filter())).toEqual(expected);
  expect((await ask({ filter: filter(), first: 1 })).totalCount).toBe(expected.length);
});

it('finds nothing where nothing is', async () => {
  expect(await list({ userId: randomUUID() })).toEqual([]);
  expect(await list({ resource: "User' or true --" })).toEqual([]);
});

it('pages through all of it once, also while entries are added', async () => {
  const seen: ShownAuditLog[] = [];
  for (let after: string | null = null; ;) {
    const page: AuditLogPage['auditLogs'] = await ask({ first: 4, after });
    seen.push(...page.edges.map((edge) => edge.node));
    if (!page.pageInfo.hasNextPage) break;
    if (after === null) await createUser(app.admin.client);
    await untilAudited(app.sql);
    after = page.pageInfo.endCursor;
  }
  expect(seen).toEqual(all);
});

it.each([
  ['an id that is no UUID', { filter: { userId: 'me' } }],
  ['an unknown action', { filter: { action: 'DESTROY' } }],
  ['a resource of a thousand characters', { filter: { resource: 'x'.repeat(1_000) } }],
  ['a resource with NUL', { filter: { resource: 'User\0' } }],
  ['an empty page', { first: 0 }],
  ['too large a page', { first: 101 }],
  ['a cursor that is none', { after: 'nonsense' }],
  ['a cursor of something else', { after: Buffer.from('["a"]').toString('base64url') }],
  ['a cursor beyond all numbers', { after: Buffer.from(`["${'9'.repeat(30)}"]`).toString('base64url') }],
])('refuses %s', async (_what, variables) => {
  expect(await app.admin.client.codeOf(AUDIT_LOGS, variables)).toBe('BAD_USER_INPUT');
});
