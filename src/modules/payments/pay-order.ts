import type { SqlEntityManager } from '@mikro-orm/sql';
import { v7 } from 'uuid';
import type { z } from 'zod';
import { sqlOf } from '../../database/sql.ts';
import {
  GatewayUnavailableError,
  InvalidStateError,
  NotFoundError,
  PaymentDeclinedError,
  PaymentPendingError,
} from '../../errors.ts';
import { releaseKey } from '../../event-bus/command-answer.ts';
import type { CommandOutcome } from '../../event-bus/command.ts';
import type { Context } from '../../graphql/context.ts';
import { defineCommand } from '../../graphql/define-command.ts';
import { payments } from './payment.aggregate.ts';
import { paymentInput } from './payment-input.ts';
import { requireMayPayFor } from './payment.policy.ts';
import { findPaymentsByIds, paymentsOfOrder } from './payment.repository.ts';
import { FAILURES, type FailureReason, startPayment } from './payment.ts';
import { beginCharge, queueSettlement } from './settlement-queue.ts';
import { untilSettled } from './until-settled.ts';

/** Failed attempts at one order: somebody who tries cards. */
const MAX_ATTEMPTS = 20;

type PaymentOutcome = CommandOutcome<{ paymentId: string }>;

/** The first of the steps below. */
export const processPayment = defineCommand({
  name: 'processPayment',
  aggregateType: 'Payment',
  kind: 'CREATE',
  authScopes: { authenticated: true },
  input: paymentInput,
  shown: ['orderId', 'amount', 'currency', 'method'],
  async run({ em, now, viewer, services, input: { orderId, amount, currency, method } }) {
    const order = await services.orders.lock(em, orderId);
    requireMayPayFor(viewer, order.customerId);
    await requirePayable(em, order.id);
    const id = v7();
    await payments.append(em, payments.blank(id), [startPayment(order, { id, amount, currency, method }, now)]);
    await queueSettlement(sqlOf(em), id, services.payments.config.settleAfterMs);
    return { paymentId: id };
  },
});

/**
 * Pays an order, in three steps of which each may be the last that this process takes:
 *
 *   begin: PAYMENT_STARTED, the key and a place in the settlement queue, in one transaction
 *   charge, outside of any transaction, with the payment's id as the key at the gateway
 *   record: PAYMENT_PROCESSED or PAYMENT_FAILED, and out of the queue, in one transaction
 *
 * What is left in the queue is settled by asking the gateway (payment-settlement.ts). Of those who send one request, at
 * the same time or again, on whatever node, one charges; the others wait for the outcome.
 */
export async function payOrder(
  context: Context,
  input: z.input<typeof paymentInput>,
  key: string,
): Promise<PaymentOutcome> {
  const { core, services, viewer, origin } = context;
  const { calls, settlement, config, logger } = services.payments;
  const { paymentId } = (await processPayment.execute(context, input, { idempotencyKey: key })).result;
  if (!(await beginCharge(core.database.sql, paymentId))) {
    await untilSettled(core, paymentId, config.timeoutMs);
    return answerOf(context, paymentId);
  }
  const { amount, currency, method, token } = input;
  const outcome = await calls.charge({ key: paymentId, amount, currency, method, token });
  if (outcome.status === 'UNKNOWN') {
    await settlement.hasten(paymentId);
    throw new PaymentPendingError(paymentId);
  }
  try {
    await settlement.record(paymentId, outcome, {
      viewer,
      origin,
      // Nothing came of the request: it may be sent again as it is.
      alongside: async ({ em }) => {
        if (outcome.status === 'UNREACHED') await releaseKey(sqlOf(em), viewer, key);
      },
    });
  } catch (error) {
    logger.error({ err: error, paymentId }, 'The outcome of a payment could not be recorded yet');
    throw new PaymentPendingError(paymentId, { cause: error });
  }
  return answerOf(context, paymentId);
}

/** The order is locked: what is found stays so. @throws InvalidStateError */
async function requirePayable(em: SqlEntityManager, orderId: string): Promise<void> {
  const { pending, processed, failed } = await paymentsOfOrder(em, orderId);
  if (processed > 0) throw new InvalidStateError('The order has been paid.');
  if (pending > 0) throw new InvalidStateError('A payment for this order is under way.');
  if (failed >= MAX_ATTEMPTS)
    throw new InvalidStateError(`${MAX_ATTEMPTS} payments for this order have failed. Place it anew.`);
}

/** What became of the payment, as the answer to whoever asked for it. @throws DomainError */
async function answerOf({ core }: Pick<Context, 'core'>, paymentId: string): Promise<PaymentOutcome> {
  const [payment] = await findPaymentsByIds(core.database.orm.em.fork(), [paymentId]);
  if (!payment) throw new NotFoundError('The payment');
  if (payment.status === 'PENDING') throw new PaymentPendingError(paymentId);
  if (payment.status === 'FAILED') {
    const reason = payment.failureReason as FailureReason;
    if (reason === 'GATEWAY_UNAVAILABLE') throw new GatewayUnavailableError(FAILURES[reason]);
    throw new PaymentDeclinedError(paymentId, reason, FAILURES[reason]);
  }
  const events = await core.log.readStream('Payment', paymentId);
  return { commandId: events.at(-1)?.commandId ?? paymentId, result: { paymentId }, events };
}
