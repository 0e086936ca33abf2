import { expect, test } from 'vitest';
import { MAIL_PREVIEW_PATH, mailPreviewPaths } from '../../../src/modules/email/mail-preview.ts';
import { secretKey } from '../../support/canaries.ts';
import { startTestApp, type TestApp } from '../../support/test-app.ts';

const pageOf = ({ url }: TestApp, path: string): Promise<Response> => fetch(new URL(path, url));

test('in development every mail can be looked at, in a page that can load and run nothing', async () => {
  await using app = await startTestApp();
  for (const path of mailPreviewPaths()) {
    const answer = await pageOf(app, path);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(answer.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'unsafe-inline';/);
  }
  expect((await pageOf(app, `${MAIL_PREVIEW_PATH}/nothing`)).status).toBe(404);
});

test('in production there is no such page', async () => {
  await using app = await startTestApp({
    env: { NODE_ENV: 'production', SIGNALBOX_MASTER_KEY: secretKey() },
  });
  for (const path of mailPreviewPaths()) expect((await pageOf(app, path)).status).toBe(404);
});
