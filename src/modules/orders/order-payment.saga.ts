import { defineSaga, type Saga, type SagaScope } from '../../event-bus/define-saga.ts';
import type { StoredEvent } from '../../event-store/domain-event.ts';
import type { ModuleServices } from '../../graphql/context.ts';
import { PaymentProcessed } from '../payments/payment.events.ts';
import { OrderCancelled, OrderCreated } from './order.events.ts';

/** After a payment that was under way when the time was over: long enough to try another card. */
const LONGEST_POSTPONEMENT_MS = 10 * 60_000;

/**
 * On ORDER_CREATED: waits until the order is paid, cancelled or too old.
 *
 *   PAYMENT_PROCESSED ─▶ the order is PAID          PAYMENT_FAILED: stays PENDING; the inbox and the answer tell why
 *   ORDER_CANCELLED ─▶ over                         nobody paid in time ─▶ ORDER_CANCELLED, cancellation EXPIRED
 *
 * A payment that is under way, or made and not yet heard of, has the word: the order waits on. Both sides decide under the
 * lock of the order's stream, so of a payment and an expiry at once the second finds what the first did.
 */
export function orderPaymentSaga({ orders }: Pick<ModuleServices, 'orders'>): Saga {
  const postponement = { waitMs: Math.min(orders.expireAfterMs, LONGEST_POSTPONEMENT_MS) };
  const markPaid = async ({ em, key, received }: Pick<SagaScope, 'em' | 'key' | 'received'>): Promise<void> => {
    const payment = received(PaymentProcessed);
    if (payment) await orders.markPaid(em, key, payment.aggregateId);
  };
  return defineSaga({
    name: 'order-payment',
    startsOn: OrderCreated,
    endsOn: [OrderCancelled],
    keyOf,
    // Orders that are older than this saga are paid, and expire, like others.
    startAt: 'beginning',
    steps: [
      {
        name: 'mark-paid',
        awaits: [PaymentProcessed],
        withinMs: orders.expireAfterMs,
        run: markPaid,
        onTimeout: async ({ em, key }) => ((await orders.expireUnpaid(em, key)) === 'BEING_PAID' ? postponement : null),
      },
    ],
    // There is nothing to take back, and the money is there: the saga ends FAILED, and an operator has it tried again.
    onFailed: markPaid,
  });
}

function keyOf({ type, aggregateId, data }: StoredEvent): string {
  return type === PaymentProcessed.type ? PaymentProcessed.data.parse(data).orderId : aggregateId;
}
