import { z } from 'zod';
import { defineEvent } from '../../event-store/define-event.ts';
import { money } from '../orders/order.events.ts';

const PAYMENT_STATUSES = ['PROCESSED', 'FAILED'] as const;

const paymentSnapshot = z
  .strictObject({
    id: z.uuid(),
    orderId: z.uuid(),
    /** As the customer knows the order: a receipt must not depend on reading it again. */
    orderNumber: z.string(),
    customerId: z.uuid(),
    amount: money,
    method: z.string(),
    /** The gateway's; null when the payment never reached it. */
    transactionId: z.string().nullable(),
    status: z.enum(PAYMENT_STATUSES),
    failureReason: z.string().nullable(),
    version: z.int32(),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'PaymentSnapshot' });
export type PaymentSnapshot = z.output<typeof paymentSnapshot>;

/** A payment of which the gateway has not yet said what became of it. */
const startedPayment = z
  .strictObject({
    id: z.uuid(),
    orderId: z.uuid(),
    orderNumber: z.string(),
    customerId: z.uuid(),
    amount: money,
    method: z.string(),
    version: z.int32(),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'StartedPayment' });

const aboutCustomer = ({ payment }: { readonly payment: { readonly customerId: string } }): string =>
  payment.customerId;

/** Recorded before the gateway is asked for anything: whatever happens next, somebody knows that it has to be settled. */
export const PaymentStarted = defineEvent({
  type: 'PAYMENT_STARTED',
  aggregateType: 'Payment',
  data: z.object({ payment: startedPayment, orderId: z.uuid() }),
  subject: aboutCustomer,
});

export const PaymentProcessed = defineEvent({
  type: 'PAYMENT_PROCESSED',
  aggregateType: 'Payment',
  data: z.object({ payment: paymentSnapshot, orderId: z.uuid() }),
  subject: aboutCustomer,
});

export const PaymentFailed = defineEvent({
  type: 'PAYMENT_FAILED',
  aggregateType: 'Payment',
  data: z.object({ payment: paymentSnapshot, orderId: z.uuid(), reason: z.string() }),
  subject: aboutCustomer,
});
