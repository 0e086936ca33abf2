import { v7 } from 'uuid';
import { expect, test } from 'vitest';
import { SAMPLE } from '../../../src/modules/email/sample-mails.ts';
import { OrderCreated } from '../../../src/modules/orders/order.events.ts';
import { PaymentProcessed } from '../../../src/modules/payments/payment.events.ts';
import { IMPORT_OPERATION, UsersImportCompleted } from '../../../src/modules/users/user-import.events.ts';
import { secretPhrase } from '../../support/canaries.ts';
import { PASSWORD, signedInUser, succeed } from '../../support/factories.ts';
import { readMail } from '../../support/read-mail.ts';
import { awaitMails, startMailApp, storeEvent } from './mail-app.ts';

test('each event sends one mail to each person it concerns', async () => {
  await using app = await startMailApp();
  const ada = await signedInUser(app.admin.client, { email: 'ada@example.org' });
  const customer = { customerId: ada.user.id };

  const order = { ...SAMPLE.order, ...customer, id: v7() };
  await storeEvent(app, OrderCreated, { order }, order.id);
  const payment = { ...SAMPLE.payment, ...customer, id: v7(), orderId: order.id };
  await storeEvent(app, PaymentProcessed, { payment, orderId: order.id }, payment.id);
  const totals = { requested: 2, imported: 2, failed: 0 };
  await storeEvent(app, UsersImportCompleted, { totals, importedUsers: [v7(), v7()], failures: [] }, IMPORT_OPERATION);
  await awaitMails(app, 3);
  await succeed(ada.client, 'changePassword', {
    input: { currentPassword: PASSWORD, newPassword: secretPhrase('another long and private phrase') },
  });
  await awaitMails(app, 4);
  await succeed(ada.client, 'updateUser', { id: ada.user.id, input: { firstName: 'Augusta' } });
  await succeed(ada.client, 'updateUser', { id: ada.user.id, input: { email: 'Ada@example.org' } });
  await succeed(ada.client, 'updateUser', { id: ada.user.id, input: { email: 'countess@example.org' } });
  // Waits behind everything above, in the same lane or another: nothing may come after it.
  await awaitMails(app, 6);
  await storeEvent(app, OrderCreated, { order: { ...order, id: v7() } });
  const mails = await awaitMails(app, 7);

  const sent = mails.map((mail) => {
    const { headers } = readMail(mail.raw);
    return { what: `${mail.to.join()} ${headers.get('subject')?.join()}`, id: headers.get('message-id')?.[0] };
  });
  expect(sent.map(({ what }) => what).toSorted()).toEqual([
    'Ada@example.org The e-mail address of your Signalbox account was changed',
    'ada@example.org Receipt for your order SB-2026-000042',
    'ada@example.org The password of your Signalbox account was changed',
    'ada@example.org Your order SB-2026-000042',
    'countess@example.org This is now the e-mail address of your Signalbox account',
    'countess@example.org Your order SB-2026-000042',
    'root@example.com Your import is complete',
  ]);
  expect(new Set(sent.map(({ id }) => id)).size).toBe(7);
  for (const { id } of sent) expect(id).toMatch(/^<[0-9a-f]{40}@example\.com>$/);

  const logs = app.logs.filter((line) => !line.includes('"level":"debug"')).join('');
  expect(logs).toContain('"msg":"Mail sent"');
  expect(logs).not.toMatch(/example\.org|Augusta|€/);
});
