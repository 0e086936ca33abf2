import type { SqlEntityManager } from '@mikro-orm/sql';
import { NotFoundError } from '../../errors.ts';
import { defineAggregate, on } from '../../event-store/define-aggregate.ts';
import { EventSourcedRepository, type Sourced } from '../../event-store/event-sourced-repository.ts';
import { PaymentFailed, PaymentProcessed, PaymentStarted } from './payment.events.ts';
import { writePayments } from './payment.repository.ts';
import type { Payment } from './payment.ts';

const paymentAggregate = defineAggregate<Payment | null>({
  type: 'Payment',
  foldVersion: 1,
  initial: null,
  apply: [
    on(PaymentStarted, (_none, { payment }) => ({
      ...payment,
      status: 'PENDING',
      transactionId: null,
      failureReason: null,
    })),
    on(PaymentProcessed, (_started, { payment }) => payment),
    on(PaymentFailed, (_started, { payment }) => payment),
  ],
});

/** Two events make the whole life of a payment: no snapshot will ever be due. */
export const payments = new EventSourcedRepository(paymentAggregate, { snapshotEvery: 100, project: writePayments });

/** @throws NotFoundError */
export async function loadPayment(em: SqlEntityManager, id: string): Promise<Sourced<Payment>> {
  const { state, ...payment } = await payments.load(em, id);
  if (!state) throw new NotFoundError('The payment');
  return { ...payment, state };
}
