import { type Fact, fact } from '../../event-store/event-sourced-repository.ts';
import { InvalidStateError, ValidationError } from '../../errors.ts';
import type { Money } from '../orders/order.events.ts';
import type { ChargeOutcome, DeclineReason } from './payment-gateway.ts';
import { PaymentFailed, PaymentProcessed, type PaymentSnapshot, PaymentStarted } from './payment.events.ts';

/** What may happen to a payment: from its state to the events that follow. Pure. */

export type FailureReason = DeclineReason | 'NOT_CHARGED' | 'GATEWAY_UNAVAILABLE';

/** As events have it, or before the gateway has answered. */
export type Payment = Omit<PaymentSnapshot, 'status'> & { readonly status: 'PENDING' | PaymentSnapshot['status'] };

interface PayableOrder {
  readonly id: string;
  readonly orderNumber: string;
  readonly customerId: string;
  readonly total: Money;
  readonly status: string;
}

interface NewPayment {
  readonly id: string;
  readonly amount: number;
  readonly currency: string;
  readonly method: string;
}

/** @throws ValidationError for another amount or currency than the order's; InvalidStateError. */
export function startPayment(order: PayableOrder, { id, amount, currency, method }: NewPayment, now: Date): Fact {
  if (order.status !== 'PENDING')
    throw new InvalidStateError(`The order is ${order.status.toLowerCase()} and cannot be paid.`);
  if (currency !== order.total.currency)
    throw ValidationError.at('currency', `The order is to be paid in ${order.total.currency}.`);
  if (amount !== order.total.amount)
    throw ValidationError.at('amount', `The order comes to ${order.total.amount} of the smallest unit.`);
  return fact(PaymentStarted, {
    orderId: order.id,
    payment: {
      id,
      orderId: order.id,
      orderNumber: order.orderNumber,
      customerId: order.customerId,
      amount: order.total,
      method,
      version: 1,
      createdAt: now.toISOString(),
    },
  });
}

/** What the gateway said, or that it was not there to be asked. */
export function settlePayment(payment: Payment, outcome: ChargeOutcome | { readonly status: 'UNREACHED' }): Fact {
  const { orderId, version } = payment;
  if (outcome.status === 'CHARGED') {
    const { transactionId } = outcome;
    return fact(PaymentProcessed, {
      orderId,
      payment: { ...payment, transactionId, status: 'PROCESSED', version: version + 1 },
    });
  }
  const failureReason = failureReasonOf(outcome);
  return fact(PaymentFailed, {
    orderId,
    reason: FAILURES[failureReason],
    payment: { ...payment, status: 'FAILED', failureReason, version: version + 1 },
  });
}

function failureReasonOf(outcome: Exclude<Parameters<typeof settlePayment>[1], { status: 'CHARGED' }>): FailureReason {
  if (outcome.status === 'DECLINED') return outcome.reason;
  return outcome.status === 'UNREACHED' ? 'GATEWAY_UNAVAILABLE' : 'NOT_CHARGED';
}

/** Sentences for people; the codes stand in `failureReason`. */
export const FAILURES: Readonly<Record<FailureReason, string>> = {
  CARD_DECLINED: 'The card was declined.',
  INSUFFICIENT_FUNDS: 'There is not enough money on the account.',
  EXPIRED_CARD: 'The card has expired.',
  INVALID_TOKEN: 'The payment token is not valid.',
  NOT_CHARGED: 'The payment did not go through. Nothing was charged.',
  GATEWAY_UNAVAILABLE: 'Payments are not possible at the moment. Nothing was charged.',
};
