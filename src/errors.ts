/**
 * The ways a well-formed request can fail. Every error here is safe to show: its message names nothing internal.
 *
 * `DomainError`s are expected outcomes of a command and become members of the GraphQL result unions.
 * `RequestError`s concern the request as a whole (who is asking, how much, in what form) and become top-level errors.
 */

export const ERROR_CODES = [
  'VALIDATION_FAILED',
  'CONFLICT',
  'CONCURRENCY_CONFLICT',
  'NOT_FOUND',
  'INVALID_CREDENTIALS',
  'ACCOUNT_INACTIVE',
  'ACCOUNT_LOCKED',
  'INVALID_TOKEN',
  'IDEMPOTENCY_CONFLICT',
  'INVALID_STATE',
  'PAYMENT_DECLINED',
  'GATEWAY_UNAVAILABLE',
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

export class DomainError extends Error {
  override readonly name: string = 'DomainError';
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

export interface FieldError {
  readonly path: readonly string[];
  readonly message: string;
}

/** One or more input fields were refused; `path` leads from the input's root to the field. */
export class ValidationError extends DomainError {
  override readonly name = 'ValidationError';
  readonly fieldErrors: readonly FieldError[];

  constructor(fieldErrors: readonly FieldError[], options?: ErrorOptions) {
    super('VALIDATION_FAILED', fieldErrors.map((error) => error.message).join(' '), options);
    this.fieldErrors = fieldErrors;
  }

  static at(path: string | readonly string[], message: string): ValidationError {
    return new ValidationError([{ path: typeof path === 'string' ? [path] : path, message }]);
  }
}

/** The aggregate moved on: the caller expected one version and another is stored. Load again and retry. */
export class ConcurrencyError extends DomainError {
  override readonly name = 'ConcurrencyError';
  readonly expectedVersion: number;
  readonly actualVersion: number;

  constructor(expectedVersion: number, actualVersion: number, options?: ErrorOptions) {
    super(
      'CONCURRENCY_CONFLICT',
      `Expected version ${expectedVersion}, but the stored version is ${actualVersion}.`,
      options,
    );
    this.expectedVersion = expectedVersion;
    this.actualVersion = actualVersion;
  }
}

export class ConflictError extends DomainError {
  override readonly name = 'ConflictError';
  constructor(message: string, options?: ErrorOptions) {
    super('CONFLICT', message, options);
  }
}

export class NotFoundError extends DomainError {
  override readonly name = 'NotFoundError';
  constructor(what: string) {
    super('NOT_FOUND', `${what} was not found.`);
  }
}

export class InvalidCredentialsError extends DomainError {
  override readonly name = 'InvalidCredentialsError';
  constructor() {
    super('INVALID_CREDENTIALS', 'The e-mail address or the password is wrong.');
  }
}

/** Said only to who proved to know the password; to anybody else a disabled account looks like a wrong password. */
export class AccountInactiveError extends DomainError {
  override readonly name = 'AccountInactiveError';
  constructor() {
    super('ACCOUNT_INACTIVE', 'This account is disabled.');
  }
}

/** Told to whoever tries, whether there is such an account or not: the attempts are counted under the address as typed. */
export class AccountLockedError extends DomainError {
  override readonly name = 'AccountLockedError';
  readonly retryAfterSeconds: number;

  constructor(retryAfterMs: number) {
    super('ACCOUNT_LOCKED', 'Too many failed sign-ins. Please wait before you try again.');
    this.retryAfterSeconds = Math.ceil(retryAfterMs / 1000);
  }
}

export class InvalidTokenError extends DomainError {
  override readonly name = 'InvalidTokenError';
  constructor(message = 'The token is invalid, was used already, or has expired.') {
    super('INVALID_TOKEN', message);
  }
}

export class IdempotencyConflictError extends DomainError {
  override readonly name = 'IdempotencyConflictError';
  constructor() {
    super('IDEMPOTENCY_CONFLICT', 'This idempotency key was used with another command or another input.');
  }
}

export class InvalidStateError extends DomainError {
  override readonly name = 'InvalidStateError';
  constructor(message: string, options?: ErrorOptions) {
    super('INVALID_STATE', message, options);
  }
}

/** The gateway took no money, for a reason the customer may do something about. */
export class PaymentDeclinedError extends DomainError {
  override readonly name = 'PaymentDeclinedError';
  readonly paymentId: string;
  /** A code, such as INSUFFICIENT_FUNDS. */
  readonly reason: string;

  constructor(paymentId: string, reason: string, message: string) {
    super('PAYMENT_DECLINED', message);
    this.paymentId = paymentId;
    this.reason = reason;
  }
}

/** The gateway could not be reached, so nothing was charged. The same request may be sent again, with the same key. */
export class GatewayUnavailableError extends DomainError {
  override readonly name = 'GatewayUnavailableError';
  constructor(message: string) {
    super('GATEWAY_UNAVAILABLE', message);
  }
}

/** The gateway did not answer in time: it will be asked again until it says whether it took the money. */
export class PaymentPendingError extends DomainError {
  override readonly name = 'PaymentPendingError';
  readonly paymentId: string;

  constructor(paymentId: string, options?: ErrorOptions) {
    super(
      'GATEWAY_UNAVAILABLE',
      'It is not known yet whether the payment went through. It will be settled; ask again with the same key.',
      options,
    );
    this.paymentId = paymentId;
  }
}

export const REQUEST_ERROR_CODES = [
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'RATE_LIMITED',
  'BAD_USER_INPUT',
  'MAINTENANCE',
  'CURSOR_INVALID',
  'CURSOR_IN_FUTURE',
  'CURSOR_EXPIRED',
  'STREAM_LAGGING',
  'PROJECTION_LAGGING',
  'SERVICE_UNAVAILABLE',
] as const;
export type RequestErrorCode = (typeof REQUEST_ERROR_CODES)[number];

/** The request as a whole is refused; carried to the client as a top-level error with `extensions.code`. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  readonly code: RequestErrorCode;
  /** Safe facts for the client, e.g. `{ resumeAfter: cursor }` or `{ retryAfterMs: 900 }`. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    code: RequestErrorCode,
    message: string,
    details: Readonly<Record<string, unknown>> = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.code = code;
    this.details = details;
  }
}
