import { expect, test } from 'vitest';
import { createUser, succeed } from '../../support/factories.ts';
import { placeOrder } from '../../support/orders.ts';
import { pay } from '../../support/payments.ts';
import { untilSagaIs } from '../../support/sagas.ts';
import { startMailApp } from '../email/mail-app.ts';
import { effects, replayed } from './replay-client.ts';

test('replaying everything twice, with all outside effects allowed, changes no projection and sends no mail', async () => {
  await using app = await startMailApp({}, 'running');
  const { client } = app.admin;
  const users = [await createUser(client), await createUser(client)];
  for (const { id } of users) {
    await succeed(client, 'updateUser', { id, input: { email: `${id}@example.org` } });
    await succeed(client, 'deactivateUser', { id });
  }
  const [paid, declined] = [await placeOrder(client), await placeOrder(client)];
  await pay(client, paid);
  await pay(client, declined, { token: 'tok_declined' });
  await untilSagaIs(client, 'order-payment', paid.id, 'COMPLETED');

  const before = await effects(app.sql);
  const mails = app.sink.mails.length;
  // Three welcomes, two links to set a password and one to confirm an address, four about addresses, two orders, a receipt.
  expect(mails).toBeGreaterThan(10);
  const names = await app.sql<{ name: string }>(`select name from handler where kind = 'EXTERNAL'`);
  const includeEffects = names.map(({ name }) => name);
  for (let round = 0; round < 2; round++) {
    const replay = await replayed(client, { includeEffects, reason: 'To see.' });
    expect(replay).toMatchObject({ failed: 0, total: replay.processed });
    expect(replay.plan).toContainEqual({ handler: 'address-added-mail', type: 'USER_UPDATED', count: 4 });
    expect(replay.plan).toContainEqual({ handler: 'welcome-mail', type: 'SEND_WELCOME_EMAIL', count: 3 });
    expect(replay.plan.map(({ handler }) => handler)).not.toContain('registration');
  }
  expect(await effects(app.sql)).toEqual(before);
  expect(app.sink.mails).toHaveLength(mails);
});
