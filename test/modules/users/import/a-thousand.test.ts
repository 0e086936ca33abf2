import { afterAll, beforeAll, expect, test } from 'vitest';
import { PASSWORD, personInput, signIn } from '../../../support/factories.ts';
import { findLogFaults } from '../../../support/stored-log.ts';
import { type Backend, startTestApp, type TestApp } from '../../../support/test-app.ts';
import { importUsers } from './import-client.ts';

const backends: readonly Backend[] = ['postgres', 'embedded'];
const apps = new Map<Backend, TestApp>();
beforeAll(async () => {
  for (const backend of backends) apps.set(backend, await startTestApp({ backend }));
});
afterAll(async () => {
  for (const app of apps.values()) await app[Symbol.asyncDispose]();
});

test.for(backends)('on %s a thousand users are imported at once', async (backend) => {
  const app = apps.get(backend);
  if (!app) throw new Error('There is no such app.');
  const users = Array.from({ length: 1_000 }, () => personInput());
  const { successful, failed, events } = await importUsers(app.admin.client, users);
  expect(successful?.map(({ email }) => email)).toEqual(users.map(({ email }) => email));
  expect([failed?.length, events?.length]).toEqual([0, 2_001]);
  expect(await findLogFaults(app.sql)).toEqual([]);
});

test('others sign in while the passwords of an import are hashed', async () => {
  const app = apps.get('postgres');
  if (!app) throw new Error('There is no such app.');
  const users = Array.from({ length: 25 }, () => ({ ...personInput(), password: PASSWORD }));
  let isRunning = true;
  const importing = importUsers(app.admin.client, users).finally(() => {
    isRunning = false;
  });
  await signIn(app.client, app.admin.user.email);
  expect(isRunning).toBe(true);
  expect((await importing).successful).toHaveLength(25);
});
