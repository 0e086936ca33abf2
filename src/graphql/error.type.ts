import {
  AccountInactiveError,
  AccountLockedError,
  ConcurrencyError,
  ConflictError,
  type DomainError,
  ERROR_CODES,
  type ErrorCode,
  type FieldError,
  GatewayUnavailableError,
  IdempotencyConflictError,
  InvalidCredentialsError,
  InvalidStateError,
  InvalidTokenError,
  NotFoundError,
  PaymentDeclinedError,
  PaymentPendingError,
  ValidationError,
} from '../errors.ts';
import { builder } from './builder.ts';

/** The members of the mutations' result unions besides the payload. Their messages are safe to show. */

const ErrorCodeType = builder.enumType('ErrorCode', { values: ERROR_CODES });

const ErrorInterface = builder.interfaceRef<DomainError>('Error').implement({
  fields: (t) => ({
    message: t.exposeString('message'),
    code: t.field({ type: ErrorCodeType, resolve: (error): ErrorCode => error.code }),
  }),
});

export const FieldErrorType = builder.objectRef<FieldError>('FieldError').implement({
  guardedByParent: true,
  fields: (t) => ({
    path: t.stringList({ resolve: (error) => [...error.path] }),
    message: t.exposeString('message'),
  }),
});

builder.objectType(ValidationError, {
  name: 'ValidationError',
  interfaces: [ErrorInterface],
  guardedByParent: true,
  fields: (t) => ({
    fieldErrors: t.field({ type: [FieldErrorType], resolve: (error) => [...error.fieldErrors] }),
  }),
});

builder.objectType(ConcurrencyError, {
  name: 'ConcurrencyError',
  interfaces: [ErrorInterface],
  guardedByParent: true,
  fields: (t) => ({
    expectedVersion: t.exposeInt('expectedVersion'),
    actualVersion: t.exposeInt('actualVersion'),
  }),
});

builder.objectType(AccountLockedError, {
  name: 'AccountLockedError',
  interfaces: [ErrorInterface],
  guardedByParent: true,
  fields: (t) => ({
    retryAfterSeconds: t.exposeInt('retryAfterSeconds'),
  }),
});

builder.objectType(PaymentDeclinedError, {
  name: 'PaymentDeclinedError',
  interfaces: [ErrorInterface],
  guardedByParent: true,
  fields: (t) => ({
    paymentId: t.exposeID('paymentId'),
    reason: t.exposeString('reason', { description: 'A code, such as INSUFFICIENT_FUNDS.' }),
  }),
});

builder.objectType(PaymentPendingError, {
  name: 'PaymentPendingError',
  description: 'The outcome is not known yet and will be settled: ask again with the same key, or follow the payment.',
  interfaces: [ErrorInterface],
  guardedByParent: true,
  fields: (t) => ({ paymentId: t.exposeID('paymentId') }),
});

const plainErrors = [
  ['ConflictError', ConflictError],
  ['NotFoundError', NotFoundError],
  ['InvalidCredentialsError', InvalidCredentialsError],
  ['AccountInactiveError', AccountInactiveError],
  ['InvalidTokenError', InvalidTokenError],
  ['IdempotencyConflictError', IdempotencyConflictError],
  ['InvalidStateError', InvalidStateError],
  ['GatewayUnavailableError', GatewayUnavailableError],
] as const;

for (const [name, constructor] of plainErrors) {
  builder.objectType(constructor as unknown as typeof DomainError, {
    name,
    interfaces: [ErrorInterface],
    guardedByParent: true,
  });
}
