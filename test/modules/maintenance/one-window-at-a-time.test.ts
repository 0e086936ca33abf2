import { afterAll, beforeAll, expect, test } from 'vitest';
import { signedInUser } from '../../support/factories.ts';
import { countEvents, findLogFaults } from '../../support/stored-log.ts';
import { startTestApp, type TestApp, type TestNode } from '../../support/test-app.ts';
import { COMPLETE, completeMaintenance, openMaintenance, START, startMaintenance } from './maintenance-operations.ts';

let app: TestApp;
let other: TestNode;
beforeAll(async () => {
  app = await startTestApp();
  other = await app.deployment.startNode();
});
afterAll(async () => {
  await other[Symbol.asyncDispose]();
  await app[Symbol.asyncDispose]();
});

test('a window is opened, shown to everybody, and completed', async () => {
  const { client } = app.admin;
  const nobody = client.as(null);
  expect(await openMaintenance(nobody)).toBeNull();
  expect(await completeMaintenance(client)).toMatchObject({ __typename: 'InvalidStateError', code: 'INVALID_STATE' });

  const expectedEnd = new Date(Date.now() + 3_600_000).toISOString();
  const started = await startMaintenance(client, { expectedEnd });
  expect(started).toMatchObject({
    __typename: 'StartMaintenancePayload',
    maintenance: { reason: 'New disks', expectedEnd, completedAt: null },
    events: [{ type: 'SYSTEM_MAINTENANCE_STARTED', version: 1, aggregateId: 'system' }],
  });
  expect(await openMaintenance(nobody)).toEqual(started.maintenance);
  expect(await startMaintenance(client)).toMatchObject({ __typename: 'InvalidStateError', code: 'INVALID_STATE' });

  const completed = await completeMaintenance(client);
  expect(completed).toMatchObject({
    maintenance: { ...started.maintenance, completedAt: completed.maintenance?.completedAt },
    events: [{ type: 'SYSTEM_MAINTENANCE_COMPLETED', version: 2 }],
  });
  expect(Date.parse(completed.maintenance?.completedAt ?? '')).toBeGreaterThan(0);
  expect(await openMaintenance(nobody)).toBeNull();
});

test('of ten who open one at once on two nodes one does, and of ten who complete it one', async () => {
  const callers = [app.admin.client, app.admin.client.at(other.url)];
  const ten = Array.from({ length: 10 }, (_, index) => callers[index % 2] ?? app.admin.client);
  const started = await Promise.all(ten.map((caller) => startMaintenance(caller)));
  const completed = await Promise.all(ten.map((caller) => completeMaintenance(caller)));
  for (const answers of [started, completed]) {
    const refused = answers.filter(({ __typename }) => __typename === 'InvalidStateError');
    expect([answers.length, refused.length]).toEqual([10, 9]);
  }
  expect(await findLogFaults(app.sql)).toEqual([]);
});

test('only administrators open and complete windows', async () => {
  const manager = await signedInUser(app.admin.client, { role: 'manager' });
  const before = await countEvents(app.sql);
  for (const [caller, code] of [
    [manager.client, 'FORBIDDEN'],
    [manager.client.as(null), 'UNAUTHENTICATED'],
  ] as const) {
    expect(await caller.codeOf(START, { input: { reason: 'Mine' } })).toBe(code);
    expect(await caller.codeOf(COMPLETE)).toBe(code);
  }
  expect(await countEvents(app.sql)).toBe(before);
});

test.for([
  ['no reason', { reason: ' ' }, ['reason']],
  ['a long reason', { reason: 'r'.repeat(501) }, ['reason']],
  ['an end in the past', { expectedEnd: '2020-01-01T00:00:00Z' }, ['expectedEnd']],
] as const)('a window with %s is refused', async ([, input, path]) => {
  expect(await startMaintenance(app.admin.client, input)).toMatchObject({
    __typename: 'ValidationError',
    fieldErrors: [{ path }],
  });
  expect(await openMaintenance(app.admin.client)).toBeNull();
});
