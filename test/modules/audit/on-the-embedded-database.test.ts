import { afterAll, beforeAll, expect, it } from 'vitest';
import { createUser } from '../../support/factories.ts';
import {
  AUDIT_LOGS,
  type AuditLogPage,
  type ShownReport,
  untilAudited,
  VERIFY_AUDIT_CHAIN,
} from '../../support/audit-log.ts';
import { startTestApp, type TestApp } from '../../support/test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ backend: 'embedded' });
}, 120_000);
afterAll(() => app[Symbol.asyncDispose]());

it('keeps, shows and verifies the chain', async () => {
  const user = await createUser(app.admin.client);
  const length = await untilAudited(app.sql);

  const { auditLogs } = await app.admin.client.ask<AuditLogPage>(AUDIT_LOGS, { filter: { resourceId: user.id } });
  expect(auditLogs.edges.map((edge) => edge.node.action)).toEqual(['COMPLETE', 'CREATE']);
  const verify = () => app.admin.client.ask<ShownReport>(VERIFY_AUDIT_CHAIN);
  expect((await verify()).verifyAuditChain).toMatchObject({ valid: true, complete: true, checkedEntries: length });

  await expect(app.sql("update audit_log set action = 'LOGIN'")).rejects.toMatchObject({ code: 'SBA02' });
  await app.sql('alter table audit_log disable trigger user');
  await app.sql("update audit_log set action = 'LOGIN' where sequence = 2");
  expect((await verify()).verifyAuditChain).toMatchObject({
    valid: false,
    firstBroken: { sequence: 2, fault: 'ALTERED_ENTRY' },
  });
});
