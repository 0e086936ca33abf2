import { v7 } from 'uuid';
import { expect, test } from 'vitest';
import { record } from '../../../src/event-store/aggregate-root.ts';
import { mailAddress } from '../../../src/modules/email/mail-address.ts';
import { messageIdOf } from '../../../src/modules/email/message-id.ts';
import { SendWelcomeEmail } from '../../../src/modules/onboarding/onboarding.events.ts';
import { createUser } from '../../support/factories.ts';
import { readMail } from '../../support/read-mail.ts';
import { waitFor } from '../../support/wait-for.ts';
import { startMailApp } from './mail-app.ts';

test('the welcome mail goes out once, and the user records it with the cause that asked for it', async () => {
  await using app = await startMailApp();
  const { bus, services } = app.app;
  const ada = await createUser(app.admin.client, { email: 'ada@example.org', firstName: 'Ada' });
  const correlationId = v7();
  const { events } = await bus.commands.execute({
    name: 'askForWelcomeMail',
    aggregateType: 'Any',
    kind: 'UPDATE',
    shown: {},
    viewer: null,
    origin: { correlationId, ipAddress: null, userAgent: null },
    async run({ em }) {
      const user = await services.users.load(em, ada.id);
      record(user, SendWelcomeEmail, () => ({ user: user.snapshot() }));
      return {};
    },
  });
  const asked = events[0];
  if (!asked) throw new Error('Nothing was recorded.');

  const stream = await waitFor(
    async () => {
      const found = await bus.log.readStream('User', ada.id, asked.version);
      return (
        found.some((event) => event.type === 'WELCOME_EMAIL_SENT' && event.metadata.causationId === asked.id) && found
      );
    },
    { describe: 'WELCOME_EMAIL_SENT' },
  );
  expect(stream[1]).toMatchObject({
    version: asked.version + 1,
    subjectId: ada.id,
    data: { user: { id: ada.id, version: asked.version + 1 } },
    metadata: { userId: null, correlationId, causationId: asked.id },
  });
  const [row] = await app.sql<{ version: number }>('select version from app_user where id = $1', [ada.id]);
  expect(row?.version).toBe(asked.version + 1);
  // Being made may have sent her another one: a mail belongs to the event its Message-ID is made of.
  const messageId = messageIdOf(asked.id, mailAddress('ada@example.org'), mailAddress('robot@example.com'));
  const mails = app.sink.mails.filter(({ raw }) => readMail(raw).headers.get('message-id')?.[0] === messageId);
  expect(mails.map(({ to, raw }) => [to, readMail(raw).headers.get('subject')])).toEqual([
    [['ada@example.org'], ['Welcome to Signalbox']],
  ]);
});
