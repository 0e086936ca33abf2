import { expect, test } from 'vitest';
import { signedInUser } from '../support/factories.ts';
import { inboxOf, untilNotified } from '../support/inbox.ts';
import { findOrder, placeOrder, type ShownOrder } from '../support/orders.ts';
import { pay } from '../support/payments.ts';
import { letSagaTimeBeOver, untilSaga, untilSagaIs } from '../support/sagas.ts';
import { findLogFaults } from '../support/stored-log.ts';
import type { Backend } from '../support/test-app.ts';
import { waitFor } from '../support/wait-for.ts';
import { startJourney } from './journey-deployment.ts';

test.for(['postgres', 'embedded'] as const satisfies Backend[])(
  'an order is paid, stays pending when its card is declined, or expires when nobody pays (%s)',
  { timeout: 90_000 },
  async (backend) => {
    await using journey = await startJourney(backend);
    const { there, admin, mailsTo } = journey;
    const { client, user } = await signedInUser(admin.client);
    const elsewhere = client.at(there.url);
    const untilStatus = ({ id }: ShownOrder, status: string) =>
      waitFor(async () => (await findOrder(elsewhere, id))?.status === status, {
        describe: `the order to be ${status}`,
        timeoutMs: 30_000,
      });

    const declined = await placeOrder(client);
    expect(await pay(client, declined, { token: 'tok_declined' })).toMatchObject({
      __typename: 'PaymentDeclinedError',
    });
    const paid = await placeOrder(client);
    const { payment } = await pay(client, paid);
    await untilStatus(paid, 'PAID');
    await untilNotified(there.sql);
    const heard = (await inboxOf(elsewhere)).map(({ type, eventType }) => `${type} ${eventType}`);
    expect(heard).toContain('ERROR PAYMENT_FAILED');
    expect(heard).toContain('SUCCESS PAYMENT_PROCESSED');
    expect(await findOrder(elsewhere, declined.id)).toMatchObject({ status: 'PENDING', version: 1 });
    await waitFor(() => mailsTo(user.email, 'Receipt').length === 1, { describe: 'the receipt' });
    expect(mailsTo(user.email, 'Receipt')[0]?.raw).toContain(paid.orderNumber);

    const forgotten = await placeOrder(client);
    const unpaid = [declined.id, forgotten.id];
    for (const id of unpaid) await untilSaga(admin.client, 'order-payment', id, ({ dueAt }) => dueAt !== null);
    await letSagaTimeBeOver(there, 'order-payment', ...unpaid);
    await untilStatus(forgotten, 'CANCELLED');
    await untilStatus(declined, 'CANCELLED');
    await untilSagaIs(admin.client.at(there.url), 'order-payment', paid.id, 'COMPLETED');
    const stream = await there.app.bus.log.readStream('Order', paid.id);
    const [, processed] = await there.app.bus.log.readStream('Payment', payment?.id ?? '');
    expect(stream.map(({ type, metadata }) => [type, metadata.causationId])).toEqual([
      ['ORDER_CREATED', null],
      ['ORDER_UPDATED', processed?.id],
    ]);
    expect((await there.app.bus.log.readStream('Order', forgotten.id)).at(-1)).toMatchObject({
      type: 'ORDER_CANCELLED',
      data: { cancellation: 'EXPIRED' },
    });
    expect(mailsTo(user.email, 'Receipt')).toHaveLength(1);
    expect(await findLogFaults(there.sql)).toEqual([]);
  },
);
