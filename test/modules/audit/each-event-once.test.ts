import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { auditLogHandler } from '../../../src/modules/audit/audit-log.handler.ts';
import { SystemMaintenanceStarted } from '../../../src/modules/maintenance/maintenance.events.ts';
import { appendTestEvents } from '../../support/append-test-events.ts';
import { type ShownReport, untilAudited, VERIFY_AUDIT_CHAIN } from '../../support/audit-log.ts';
import { handleAgain } from '../../support/handle-again.ts';
import { startTestApp, type TestApp } from '../../support/test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app[Symbol.asyncDispose]());

it('chains more than one batch, each event once, also when the log is handled again', async () => {
  const details = { reason: 'test', startedAt: new Date().toISOString(), expectedEnd: null, completedAt: null };
  const count = 1_200;
  await appendTestEvents(
    app.app,
    SystemMaintenanceStarted,
    Array.from({ length: count }, () => ({ aggregateId: randomUUID(), data: { details } })),
  );
  const before = await untilAudited(app.sql);
  expect(before).toBeGreaterThan(count);

  expect(await handleAgain(app.app, auditLogHandler(app.app.services.securityLog))).toBe(before);
  expect(await untilAudited(app.sql)).toBe(before);

  const { verifyAuditChain } = await app.admin.client.ask<ShownReport>(VERIFY_AUDIT_CHAIN);
  expect(verifyAuditChain).toMatchObject({ valid: true, complete: true, checkedEntries: before });
});
