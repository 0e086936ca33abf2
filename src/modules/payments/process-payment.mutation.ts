import {
  GatewayUnavailableError,
  IdempotencyConflictError,
  InvalidStateError,
  NotFoundError,
  PaymentDeclinedError,
  PaymentPendingError,
  ValidationError,
} from '../../errors.ts';
import { builder } from '../../graphql/builder.ts';
import { MutationPayload, mutationPayload } from '../../graphql/mutation-payload.ts';
import { mutationResult } from '../../graphql/mutation-result.ts';
import { payOrder, processPayment } from './pay-order.ts';
import { PaymentType } from './payment.type.ts';

const ProcessPaymentInput = builder.inputType('ProcessPaymentInput', {
  fields: (t) => ({
    orderId: t.id({ required: true }),
    amount: t.field({ type: 'SafeInt', required: true, description: "The order's total, in its smallest unit." }),
    currency: t.string({ required: true, description: "The order's." }),
    method: t.string({ required: true, description: 'Such as card: shown on the receipt.' }),
    token: t.string({ required: true, description: 'What the gateway gave in place of the card. Never stored.' }),
  }),
});

const ProcessPaymentPayload = mutationPayload<{ paymentId: string }>('ProcessPaymentPayload');
ProcessPaymentPayload.implement({
  interfaces: [MutationPayload],
  guardedByParent: true,
  fields: (t) => ({ payment: t.field({ type: PaymentType, resolve: (outcome) => outcome.result.paymentId }) }),
});

const ProcessPaymentResult = mutationResult('ProcessPaymentResult', ProcessPaymentPayload, [
  ValidationError,
  NotFoundError,
  InvalidStateError,
  IdempotencyConflictError,
  PaymentDeclinedError,
  GatewayUnavailableError,
  PaymentPendingError,
]);

builder.mutationField('processPayment', (t) =>
  t.field({
    type: ProcessPaymentResult.type,
    description:
      'Pays a pending order, whole. After a broken connection or a PaymentPendingError send the same again with the same key: nothing is charged twice. After a PaymentDeclinedError take a new key.',
    authScopes: processPayment.authScopes,
    args: {
      input: t.arg({ type: ProcessPaymentInput, required: true }),
      idempotencyKey: t.arg.string({ required: true }),
    },
    resolve: (_root, { input, idempotencyKey }, context) =>
      ProcessPaymentResult.answer(() => payOrder(context, input, idempotencyKey)),
  }),
);
