import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { secretPhrase } from '../../support/canaries.ts';
import { PASSWORD, signedInUser, succeed } from '../../support/factories.ts';
import { readMail } from '../../support/read-mail.ts';
import { startTestApp } from '../../support/test-app.ts';
import { waitFor } from '../../support/wait-for.ts';

test('without SMTP_URL, on the embedded database, mails are files in the data folder', async () => {
  await using app = await startTestApp({ backend: 'embedded' });
  const ada = await signedInUser(app.admin.client, { email: 'ada@example.org' });
  await succeed(ada.client, 'changePassword', {
    input: { currentPassword: PASSWORD, newPassword: secretPhrase('another long and private phrase') },
  });

  const folder = join(app.app.config.dataDir, 'mail');
  const name = await waitFor(
    async () => (await readdir(folder)).find((file) => /-password-changed-[0-9a-f]{40}\.eml$/.test(file)),
    { describe: 'a file' },
  );
  const { headers, text } = readMail(await readFile(join(folder, name), 'utf8'));
  expect(headers.get('to')).toEqual(['Ada Lovelace <ada@example.org>']);
  expect(headers.get('from')).toEqual(['Signalbox <signalbox@localhost>']);
  expect(text).toContain('Your password was changed');
});
