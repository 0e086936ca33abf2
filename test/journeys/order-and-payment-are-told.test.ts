import { expect, test } from 'vitest';
import { awaitMails, startMailApp } from '../modules/email/mail-app.ts';
import { AUDIT_LOGS, type AuditLogPage, untilAudited } from '../support/audit-log.ts';
import { signedInUser } from '../support/factories.ts';
import { INBOX, type ShownNotification } from '../support/inbox.ts';
import { findOrder, placeOrder } from '../support/orders.ts';
import { pay } from '../support/payments.ts';
import { readMail } from '../support/read-mail.ts';
import { waitFor } from '../support/wait-for.ts';

test('an order is confirmed and a payment receipted by mail, and both are audited and in the inbox', async () => {
  await using app = await startMailApp();
  const { client, user } = await signedInUser(app.admin.client, { email: 'ada@example.org' });

  const order = await placeOrder(client);
  const [confirmation] = await awaitMails(app, 1);
  expect(confirmation?.to).toEqual(['ada@example.org']);
  const confirmed = readMail(confirmation?.raw ?? '');
  expect(confirmed.headers.get('subject')).toEqual([`Your order ${order.orderNumber}`]);
  expect(confirmed.text).toMatch(/Green tea[^]*2 × €4\.50[^]*€9\.00/);

  const declined = await pay(client, order, { token: 'tok_insufficient_funds' });
  expect(await findOrder(client, order.id)).toMatchObject({ status: 'PENDING' });
  const { payment } = await pay(client, order);
  const [, receipt] = await awaitMails(app, 2);
  const receipted = readMail(receipt?.raw ?? '');
  expect(receipted.headers.get('subject')).toEqual([`Receipt for your order ${order.orderNumber}`]);
  expect(receipted.text).toContain(payment?.transactionId);

  await untilAudited(app.sql);
  const audited = async (resourceId: string) =>
    (await app.admin.client.ask<AuditLogPage>(AUDIT_LOGS, { filter: { resourceId } })).auditLogs.edges
      .map(({ node }) => ({ action: node.action, eventType: node.eventType, userId: node.userId }))
      .toReversed();
  const byAda = (action: string, eventType: string) => ({ action, eventType, userId: user.id });
  expect((await audited(order.id))[0]).toEqual(byAda('CREATE', 'ORDER_CREATED'));
  expect(await audited(declined.paymentId ?? '')).toEqual([
    byAda('START', 'PAYMENT_STARTED'),
    byAda('FAIL', 'PAYMENT_FAILED'),
  ]);
  expect(await audited(payment?.id ?? '')).toEqual([
    byAda('START', 'PAYMENT_STARTED'),
    byAda('PROCESS', 'PAYMENT_PROCESSED'),
  ]);

  const told = await waitFor(
    async () => {
      const { notifications } = await client.ask<{ notifications: { edges: { node: ShownNotification }[] } }>(INBOX);
      const found = notifications.edges.map(({ node }) => node);
      return found.some(({ eventType }) => eventType === 'PAYMENT_PROCESSED') && found;
    },
    { describe: 'the notifications' },
  );
  const messageOf = (eventType: string) => {
    const notification = told.find((candidate) => candidate.eventType === eventType);
    return notification && `${notification.type}: ${notification.message}`;
  };
  expect(messageOf('ORDER_CREATED')).toMatch(new RegExp(`^SUCCESS: .*${order.orderNumber}`));
  expect(messageOf('PAYMENT_FAILED')).toMatch(/^ERROR: .*not enough money/);
  expect(messageOf('PAYMENT_PROCESSED')).toMatch(/^SUCCESS: /);
  expect(messageOf('PAYMENT_STARTED')).toBeUndefined();
});
