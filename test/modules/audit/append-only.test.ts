import { afterAll, beforeAll, expect, it } from 'vitest';
import { untilAudited } from '../../support/audit-log.ts';
import { startTestApp, type TestApp } from '../../support/test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
  await untilAudited(app.sql);
});
afterAll(() => app[Symbol.asyncDispose]());

it.each([
  "update audit_log set action = 'LOGIN' where sequence = 1",
  'delete from audit_log where sequence = 1',
  'truncate audit_log cascade',
  'delete from audit_detail where sequence = 1',
  'truncate audit_detail',
  "update audit_detail set details = '{}' where sequence = 1",
  "update audit_detail set user_agent = 'another' where sequence = 1",
  'update audit_detail set details = null, details_salt = null where sequence = 1',
  'update audit_detail set sequence = 1000 where sequence = 1',
])('refuses %s', async (statement) => {
  await expect(app.sql(statement)).rejects.toMatchObject({ code: 'SBA02' });
});

it('refuses to take back that somebody was erased', async () => {
  await app.sql('insert into audit_purge (person_id) values (gen_random_uuid())');
  await expect(app.sql('delete from audit_purge')).rejects.toMatchObject({ code: 'SBA02' });
  await expect(app.sql('update audit_purge set person_id = gen_random_uuid()')).rejects.toMatchObject({
    code: 'SBA02',
  });
  await expect(app.sql('truncate audit_purge')).rejects.toMatchObject({ code: 'SBA02' });
});
