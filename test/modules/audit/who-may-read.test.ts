import { expect, it } from 'vitest';
import { signedInUser } from '../../support/factories.ts';
import { AUDIT_LOGS, VERIFY_AUDIT_CHAIN } from '../../support/audit-log.ts';
import { startTestApp } from '../../support/test-app.ts';

it('shows the audit log to holders of audit:read only', async () => {
  await using app = await startTestApp();
  const manager = await signedInUser(app.admin.client, { role: 'manager' });
  for (const query of [AUDIT_LOGS, VERIFY_AUDIT_CHAIN]) {
    expect(await app.admin.client.codeOf(query)).toBeNull();
    expect(await manager.client.codeOf(query)).toBe('FORBIDDEN');
    expect(await app.client.codeOf(query)).toBe('UNAUTHENTICATED');
  }
});

it('refuses to verify behind no place at all', async () => {
  await using app = await startTestApp();
  expect(await app.admin.client.codeOf(VERIFY_AUDIT_CHAIN, { after: -1 })).toBe('BAD_USER_INPUT');
});
