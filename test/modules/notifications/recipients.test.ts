import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SYSTEM_ID, SystemMaintenanceStarted } from '../../../src/modules/maintenance/maintenance.events.ts';
import { notificationsHandler } from '../../../src/modules/notifications/notifications.handler.ts';
import { OrderCreated } from '../../../src/modules/orders/order.events.ts';
import { PaymentFailed } from '../../../src/modules/payments/payment.events.ts';
import { appendTestEvents } from '../../support/append-test-events.ts';
import { createUser, signedInUser, type SignedIn, succeed } from '../../support/factories.ts';
import { handleAgain } from '../../support/handle-again.ts';
import { untilNotified } from '../../support/inbox.ts';
import { startTestApp, type TestApp } from '../../support/test-app.ts';

let app: TestApp;
let person: SignedIn;
let manager: SignedIn;
let second: SignedIn;
beforeAll(async () => {
  app = await startTestApp();
  person = await signedInUser(app.admin.client);
  manager = await signedInUser(app.admin.client, { role: 'manager' });
  second = await signedInUser(app.admin.client, { role: 'admin' });
});
afterAll(() => app[Symbol.asyncDispose]());

async function recipientsOf(eventId: string | undefined): Promise<string[]> {
  await untilNotified(app.sql);
  const rows = await app.sql<{ recipient_id: string }>('select recipient_id from notification where event_id = $1', [
    eventId,
  ]);
  return rows.map((row) => row.recipient_id).sort();
}

const idsOf = (...people: readonly SignedIn[]): string[] => people.map(({ user }) => user.id).sort();
const details = { reason: 'new disks', startedAt: new Date().toISOString(), expectedEnd: null, completedAt: null };

it('tells administrators, whoever acted and the person about a new account', async () => {
  const { user, events } = await succeed(manager.client, 'createUser', {
    input: { email: 'n@example.com', username: 'newcomer', firstName: 'New', lastName: 'Comer' },
  });
  expect(events?.map(({ type }) => type)).toEqual(['USER_CREATED', 'USER_REGISTRATION_COMPLETED']);
  expect(await recipientsOf(events?.[0]?.id)).toEqual([...idsOf(app.admin, second, manager), user?.id ?? ''].sort());
  expect(await recipientsOf(events?.[1]?.id)).toEqual([]);
});

it('tells the person and whoever acted about a change of the account, and nobody else', async () => {
  const { events } = await succeed(manager.client, 'updateUser', { id: person.user.id, input: { lastName: 'Byron' } });
  expect(await recipientsOf(events?.[0]?.id)).toEqual(idsOf(person, manager));
});

it('tells once who is several of these', async () => {
  const own = await succeed(app.admin.client, 'updateUser', { id: app.admin.user.id, input: { lastName: 'Root' } });
  expect(await recipientsOf(own.events?.[0]?.id)).toEqual(idsOf(app.admin));
});

it('tells administrators about a deleted account, whose own inbox goes with it', async () => {
  const leaving = await createUser(app.admin.client);
  const { events } = await succeed(app.admin.client, 'deleteUser', { id: leaving.id });
  expect(await recipientsOf(events?.[0]?.id)).toEqual(idsOf(app.admin, second));
  expect(await app.sql('select 1 from notification where recipient_id = $1', [leaving.id])).toEqual([]);
});

it('tells everybody who can sign in about maintenance', async () => {
  const gone = await createUser(app.admin.client);
  await succeed(app.admin.client, 'deactivateUser', { id: gone.id });
  const [event] = await appendTestEvents(app.app, SystemMaintenanceStarted, [
    { aggregateId: SYSTEM_ID, data: { details } },
  ]);
  const active = await app.sql<{ id: string }>('select id from app_user where is_active');
  expect(await recipientsOf(event?.id)).toEqual(active.map(({ id }) => id).sort());
  expect(active.map(({ id }) => id)).not.toContain(gone.id);
});

it('tells the customer and whoever acted about orders and payments', async () => {
  const now = new Date().toISOString();
  const total = { amount: 1_050, currency: 'EUR' };
  const order = {
    id: randomUUID(),
    orderNumber: 'SB-7',
    customerId: person.user.id,
    lines: [],
    total,
    status: 'PENDING' as const,
    version: 1,
    createdAt: now,
    updatedAt: now,
  };
  const payment = {
    id: randomUUID(),
    orderId: order.id,
    orderNumber: order.orderNumber,
    customerId: person.user.id,
    amount: total,
    method: 'card',
    transactionId: null,
    status: 'FAILED' as const,
    failureReason: 'declined',
    version: 1,
    createdAt: now,
  };
  const [ordered] = await appendTestEvents(app.app, OrderCreated, [{ aggregateId: order.id, data: { order } }], {
    userId: manager.user.id,
  });
  expect(await recipientsOf(ordered?.id)).toEqual(idsOf(person, manager));
  const data = { payment, orderId: order.id, reason: 'declined' };
  const [failed] = await appendTestEvents(app.app, PaymentFailed, [{ aggregateId: payment.id, data }]);
  expect(await recipientsOf(failed?.id)).toEqual(idsOf(person));
});

it('writes nothing twice when the log is handled again', async () => {
  await untilNotified(app.sql);
  const all = await app.sql<{ id: string }>('select id from notification order by id');
  expect(await handleAgain(app.app, notificationsHandler)).toBeGreaterThan(10);
  expect(await app.sql('select id from notification order by id')).toEqual(all);
});
