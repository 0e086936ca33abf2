import { afterAll, beforeAll, expect, test } from 'vitest';
import { SAGAS_SIGNAL } from '../../../src/event-bus/define-saga.ts';
import type { ChargeOutcome, PaymentGateway } from '../../../src/modules/payments/payment-gateway.ts';
import { signedInUser, type SignedIn } from '../../support/factories.ts';
import { holdRows } from '../../support/held-rows.ts';
import { inboxOf } from '../../support/inbox.ts';
import { findOrder, orderMutation, placeOrder } from '../../support/orders.ts';
import { pay } from '../../support/payments.ts';
import { letSagaTimeBeOver, stepsOf, untilSaga, untilSagaIs } from '../../support/sagas.ts';
import { findLogFaults } from '../../support/stored-log.ts';
import { startTestApp, type TestApp, type TestNode } from '../../support/test-app.ts';
import { waitFor } from '../../support/wait-for.ts';

/** Answers when the test says so. */
class SlowGateway implements PaymentGateway {
  readonly dependency = null;
  #asked: ((outcome: ChargeOutcome) => void) | null = null;

  /** Of the charge that is under way, or comes next. */
  async answer(outcome: ChargeOutcome): Promise<void> {
    const reply = await waitFor(() => this.#asked, { describe: 'the gateway to be asked' });
    this.#asked = null;
    reply(outcome);
  }

  charge(): Promise<ChargeOutcome> {
    const { promise, resolve } = Promise.withResolvers<ChargeOutcome>();
    this.#asked = resolve;
    return promise;
  }

  settle(): Promise<ChargeOutcome> {
    return Promise.reject(new Error('Nobody there.'));
  }
}

const CHARGED = { status: 'CHARGED', transactionId: 'slow' } as const;

let app: TestApp;
let other: TestNode;
let customer: SignedIn;
const gateway = new SlowGateway();
beforeAll(async () => {
  // Long enough that no order expires by itself while a test looks at it.
  app = await startTestApp({ sagas: 'running', overrides: { paymentGateway: gateway } });
  other = await app.deployment.startNode();
  customer = await signedInUser(app.admin.client);
});
afterAll(async () => {
  await other[Symbol.asyncDispose]();
  await app[Symbol.asyncDispose]();
});

const databaseUrl = () => app.deployment.env['DATABASE_URL'] ?? '';
const status = async (id: string) => (await findOrder(customer.client, id))?.status;
const untilUnderWay = (id: string) =>
  waitFor(async () => (await app.sql('select 1 from payment where order_id = $1', [id])).length > 0, {
    describe: 'the payment to be under way',
  });
const untilStatus = (id: string, wanted: string) =>
  waitFor(async () => (await status(id)) === wanted, { describe: `the order to be ${wanted}` });
const eventsOf = async (id: string) => app.app.bus.log.readStream('Order', id);
const untilBegun = (id: string) => untilSaga(app.admin.client, 'order-payment', id, ({ step }) => step === 'mark-paid');

/** Its time is over, for whichever node looks first. */
async function letTimeBeOver(...ids: string[]): Promise<void> {
  for (const id of ids) await untilBegun(id);
  await letSagaTimeBeOver(app, 'order-payment', ...ids);
}

const untilPostponed = (id: string) =>
  untilSaga(app.admin.client, 'order-payment', id, (saga) => stepsOf(saga).includes('POSTPONED mark-paid'));

test('a payment makes its order paid, once, and tells why', async () => {
  const order = await placeOrder(customer.client);
  const paying = pay(customer.client, order);
  await untilUnderWay(order.id);
  await gateway.answer(CHARGED);
  const { payment } = await paying;
  const saga = await untilSagaIs(app.admin.client, 'order-payment', order.id, 'COMPLETED');
  expect(await status(order.id)).toBe('PAID');
  const events = await eventsOf(order.id);
  expect(events.map(({ type }) => type)).toEqual(['ORDER_CREATED', 'ORDER_UPDATED']);
  const processed = (await app.app.bus.log.readStream('Payment', payment?.id ?? '')).at(-1);
  expect(events[1]?.metadata).toMatchObject({ causationId: processed?.id, correlationId: saga.correlationId });
});

test('a declined payment leaves the order pending, with a notification, and another card can pay', async () => {
  const order = await placeOrder(customer.client);
  const declining = pay(customer.client, order);
  await untilBegun(order.id);
  await gateway.answer({ status: 'DECLINED', reason: 'CARD_DECLINED' });
  expect(await declining).toMatchObject({ __typename: 'PaymentDeclinedError' });
  await waitFor(async () => (await inboxOf(customer.client)).some(({ eventType }) => eventType === 'PAYMENT_FAILED'), {
    describe: 'the notification',
  });
  expect(await findOrder(customer.client, order.id)).toMatchObject({ status: 'PENDING', version: 1 });
  const paying = pay(customer.client, order);
  await gateway.answer(CHARGED);
  await paying;
  await untilStatus(order.id, 'PAID');
});

test('an order nobody pays expires, and can neither be paid nor cancelled any more', async () => {
  const order = await placeOrder(customer.client);
  await letTimeBeOver(order.id);
  await untilStatus(order.id, 'CANCELLED');
  const [created, expired] = await eventsOf(order.id);
  expect(expired).toMatchObject({
    type: 'ORDER_CANCELLED',
    version: 2,
    data: { cancellation: 'EXPIRED' },
    metadata: { userId: null, causationId: created?.id },
  });
  await untilSagaIs(app.admin.client, 'order-payment', order.id, 'COMPLETED');
  expect(await pay(customer.client, order)).toMatchObject({ __typename: 'InvalidStateError' });
  expect(await orderMutation(customer.client, 'cancelOrder', { id: order.id, reason: 'No.' })).toMatchObject({
    __typename: 'InvalidStateError',
  });
});

test('an order that is cancelled ends the wait', async () => {
  const order = await placeOrder(customer.client);
  await untilBegun(order.id);
  await orderMutation(customer.client, 'cancelOrder', { id: order.id, reason: 'No.' });
  const saga = await untilSagaIs(app.admin.client, 'order-payment', order.id, 'CANCELLED');
  expect(saga.dueAt).toBeNull();
});

/** An order whose time was over while its payment is under way. */
async function postponedOrder() {
  const order = await placeOrder(customer.client);
  const paying = pay(customer.client, order);
  await untilUnderWay(order.id);
  await letTimeBeOver(order.id);
  await untilPostponed(order.id);
  return { order, paying };
}

test('an order whose time is over while its payment is under way waits, and is paid by it', async () => {
  const { order, paying } = await postponedOrder();
  expect(await status(order.id)).toBe('PENDING');
  await gateway.answer(CHARGED);
  await paying;
  await untilStatus(order.id, 'PAID');
  expect(await eventsOf(order.id)).toHaveLength(2);
});

test('an order whose time is over while its payment is under way waits, and expires later when that fails', async () => {
  const { order, paying } = await postponedOrder();
  await gateway.answer({ status: 'DECLINED', reason: 'CARD_DECLINED' });
  await paying;
  expect(await status(order.id)).toBe('PENDING');
  await letTimeBeOver(order.id);
  await untilStatus(order.id, 'CANCELLED');
  expect(await eventsOf(order.id)).toHaveLength(2);
});

test('a payment that was made, but that the saga has not heard of when the time is over, counts', async () => {
  const order = await placeOrder(customer.client);
  await untilBegun(order.id);
  await using checkpoint = await holdRows(
    databaseUrl(),
    `select from handler_lane where handler = 'order-payment' for update`,
    [],
  );
  const paying = pay(customer.client, order);
  await gateway.answer(CHARGED);
  await paying;
  await letTimeBeOver(order.id);
  await untilPostponed(order.id);
  expect(await status(order.id)).toBe('PENDING');
  await checkpoint.release();
  await untilStatus(order.id, 'PAID');
});

/** Everybody who decides about the order waits for it. */
const holdStream = (id: string) =>
  holdRows(databaseUrl(), `select from event_stream where aggregate_type = 'Order' and aggregate_id = $1 for update`, [
    id,
  ]);

test('a payment and the expiry at once, the payment first: the order waits for it', async () => {
  const order = await placeOrder(customer.client);
  await untilBegun(order.id);
  await using stream = await holdStream(order.id);
  const paying = pay(customer.client, order);
  await stream.untilWaiting(1);
  await letTimeBeOver(order.id);
  await stream.untilWaiting(2);
  await stream.release();
  await untilPostponed(order.id);
  await gateway.answer(CHARGED);
  expect(await paying).toMatchObject({ __typename: 'ProcessPaymentPayload' });
  await untilStatus(order.id, 'PAID');
  expect(await findLogFaults(app.sql)).toEqual([]);
});

test('a payment and the expiry at once, the expiry first: the payment is refused', async () => {
  const order = await placeOrder(customer.client);
  await untilBegun(order.id);
  await using stream = await holdStream(order.id);
  await letTimeBeOver(order.id);
  await stream.untilWaiting(1);
  const paying = pay(customer.client, order);
  await stream.untilWaiting(2);
  await stream.release();
  expect(await paying).toMatchObject({ __typename: 'InvalidStateError' });
  await untilStatus(order.id, 'CANCELLED');
  expect(await findLogFaults(app.sql)).toEqual([]);
});

test('thirty orders whose time is over at once expire once each, on whichever of two nodes', async () => {
  const orders = await Promise.all(Array.from({ length: 30 }, () => placeOrder(customer.client)));
  const ids = orders.map(({ id }) => id);
  await letTimeBeOver(...ids);
  for (const id of ids) await untilStatus(id, 'CANCELLED');
  const rows = await app.sql<{ count: number }>(
    `select count(*)::int as count from event where type = 'ORDER_CANCELLED' and aggregate_id = any($1)`,
    [ids],
  );
  expect(rows).toEqual([{ count: 30 }]);
});

test('a paid order that cannot be marked waits for an operator, and is marked when they have it tried again', async () => {
  const { client } = app.admin;
  const order = await placeOrder(customer.client);
  const { id } = await untilBegun(order.id);
  await app.sql(`create function refuse_paid() returns trigger language plpgsql as $$ begin
    if new.status = 'PAID' then raise exception 'no room'; end if; return new; end $$`);
  await app.sql(
    'create trigger refusal before insert or update on app_order for each row execute function refuse_paid()',
  );
  const paying = pay(customer.client, order);
  await gateway.answer(CHARGED);
  await paying;
  // The pauses between the attempts are not waited for.
  await waitFor(
    async () => {
      await app.sql(`update saga_instance set due_at = clock_timestamp() where id = $1 and due_at is not null`, [id]);
      app.app.bus.signals.raise(SAGAS_SIGNAL);
      return (await app.sql(`select 1 from saga_instance where id = $1 and status = 'FAILED'`, [id])).length > 0;
    },
    { describe: 'the saga to give up', timeoutMs: 20_000 },
  );
  expect(await status(order.id)).toBe('PENDING');
  await app.sql('drop trigger refusal on app_order');
  await client.ask(`mutation ($id: ID!) { retrySaga(id: $id) { __typename } }`, { id });
  await untilStatus(order.id, 'PAID');
});
