import { expect, test } from 'vitest';
import { secretPhrase } from '../../support/canaries.ts';
import { PASSWORD, signedInUser, succeed } from '../../support/factories.ts';
import { readMail } from '../../support/read-mail.ts';
import { waitFor } from '../../support/wait-for.ts';
import { awaitMails, caughtMails, startMailApp } from './mail-app.ts';

test('a mail that is not taken is tried again, and after an unknown outcome with the same Message-ID', async () => {
  await using app = await startMailApp({ SIGNALBOX_HANDLER_RETRY_BASE_MS: '20' });
  const ada = await signedInUser(app.admin.client);
  app.sink.behaviour = 'try-later';
  await succeed(ada.client, 'changePassword', {
    input: { currentPassword: PASSWORD, newPassword: secretPhrase('another long and private phrase') },
  });
  const effect = async () => {
    const [row] = await app.sql<{ outcome: string; attempts: number; dedupe_key: string; event_id: string }>(
      `select * from inspect.handler_effects where handler = 'password-changed-mail'`,
    );
    return row;
  };
  await waitFor(async () => ((await effect())?.attempts ?? 0) >= 2, { describe: 'a second attempt' });
  app.sink.behaviour = 'drop-after-data';
  await awaitMails(app, 1);
  app.sink.behaviour = 'accept';

  const done = await waitFor(
    async () => {
      const row = await effect();
      return row?.outcome === 'done' && row;
    },
    { describe: 'the effect to be done' },
  );
  expect(done.dedupe_key).toBe(`password-changed-mail:${done.event_id}`);
  const ids = caughtMails(app).map(({ raw }) => readMail(raw).headers.get('message-id')?.[0]);
  expect(ids.length).toBeGreaterThanOrEqual(2);
  expect(new Set(ids).size).toBe(1);
});
