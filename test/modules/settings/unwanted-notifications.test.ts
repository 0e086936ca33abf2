import { v7 } from 'uuid';
import { expect, test } from 'vitest';
import { SAMPLE } from '../../../src/modules/email/sample-mails.ts';
import { OrderCreated } from '../../../src/modules/orders/order.events.ts';
import { secretPhrase } from '../../support/canaries.ts';
import { PASSWORD, signedInUser, succeed } from '../../support/factories.ts';
import { readMail } from '../../support/read-mail.ts';
import { waitFor } from '../../support/wait-for.ts';
import { awaitMails, startMailApp, storeEvent } from '../email/mail-app.ts';
import { updateSettings } from './settings-client.ts';

test('who wants no mails gets none about orders, but those about the account, and all again once they want them', async () => {
  await using app = await startMailApp();
  const ada = await signedInUser(app.admin.client);
  const order = (orderNumber: string) => ({ ...SAMPLE.order, id: v7(), orderNumber, customerId: ada.user.id });
  await updateSettings(ada.client, { emailNotifications: false });
  const unwanted = order('SB-1');
  await storeEvent(app, OrderCreated, { order: unwanted }, unwanted.id);
  await succeed(ada.client, 'changePassword', {
    input: { currentPassword: PASSWORD, newPassword: secretPhrase('another long and private phrase') },
  });
  await awaitMails(app, 1);
  // The wish counts when the mail is written, so not before that may it change again.
  const skipped = `select from inspect.handler_effects where handler = 'order-confirmation-mail' and completed_at is not null`;
  await waitFor(async () => (await app.sql(skipped)).length === 1, { describe: 'the confirmation to be left out' });
  await updateSettings(ada.client, { emailNotifications: true });
  const wanted = order('SB-2');
  await storeEvent(app, OrderCreated, { order: wanted }, wanted.id);

  const subjects = (await awaitMails(app, 2)).map(({ raw }) => readMail(raw).headers.get('subject')?.join());
  expect(subjects).toEqual(['The password of your Signalbox account was changed', 'Your order SB-2']);
});
