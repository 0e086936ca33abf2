import { expect, test } from 'vitest';
import { signedInUser, succeed } from '../../support/factories.ts';
import { waitFor } from '../../support/wait-for.ts';
import { awaitMails, caughtMails, startMailApp } from './mail-app.ts';

test('an address that is refused for good becomes a dead letter at once, and the mail to the other address goes out', async () => {
  await using app = await startMailApp();
  const ada = await signedInUser(app.admin.client, { email: 'gone@example.org' });
  app.sink.behaviour = (recipient) => (recipient === 'gone@example.org' ? 'refuse-recipient' : 'accept');

  await succeed(ada.client, 'updateUser', { id: ada.user.id, input: { email: 'ada@example.org' } });
  await awaitMails(app, 1);
  const letters = await waitFor(
    async () => {
      const found = await app.sql<{ handler: string; attempts: number; error_class: string; error_message: string }>(
        `select handler, attempts, error_class, error_message from parked_event where state = 'dead' and handler = 'address-removed-mail'`,
      );
      return found.length > 0 && found;
    },
    { describe: 'a dead letter' },
  );

  expect(letters).toEqual([
    {
      handler: 'address-removed-mail',
      attempts: 1,
      error_class: 'EffectRefusedError',
      error_message: 'The mail server refused the mail for good (RCPT TO 550 5.1.1).',
    },
  ]);
  // The mail to confirm the address may have come as well; that of the first address may have been refused, too.
  expect(new Set(caughtMails(app).flatMap(({ to }) => to))).toEqual(new Set(['ada@example.org']));
  expect(app.logs.join('')).not.toContain('gone@example.org');
});
