/** Of the server: the request as a whole was refused. Of this package: there was no answer to speak of. */
export type FailureCode =
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'RATE_LIMITED'
  | 'BAD_USER_INPUT'
  | 'MAINTENANCE'
  | 'SERVICE_UNAVAILABLE'
  | 'INTERNAL_SERVER_ERROR'
  | CursorFailureCode
  | 'NETWORK_ERROR'
  | 'TIMEOUT'
  | 'BAD_ANSWER'
  | 'CONNECTION_REFUSED'
  | 'SLOW_CONSUMER'
  | 'CLIENT_CLOSED';

export type CursorFailureCode = 'CURSOR_INVALID' | 'CURSOR_IN_FUTURE' | 'CURSOR_EXPIRED' | 'STREAM_LAGGING';

const CURSOR_CODES: ReadonlySet<string> = new Set<CursorFailureCode>([
  'CURSOR_INVALID',
  'CURSOR_IN_FUTURE',
  'CURSOR_EXPIRED',
  'STREAM_LAGGING',
]);

export interface FailureInit extends ErrorOptions {
  /** Names the request in the server's log. */
  readonly requestId?: string | null | undefined;
  readonly details?: Readonly<Record<string, unknown>> | undefined;
}

/** A request or a stream failed. What a mutation may well answer (`ConflictError` …) is not thrown but returned. */
export class SignalboxError extends Error {
  override readonly name: string = 'SignalboxError';
  /** A newer server may have codes that are not listed. */
  readonly code: FailureCode | (string & {});
  readonly requestId: string | null;
  /** What else the server said, e.g. `retryAfterMs`. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: FailureCode | (string & {}), message: string, init: FailureInit = {}) {
    super(message, init.cause === undefined ? undefined : { cause: init.cause });
    this.code = code;
    this.requestId = init.requestId ?? null;
    this.details = init.details ?? {};
  }
}

/** A stream of events cannot go on from the cursor it had. */
export class CursorError extends SignalboxError {
  override readonly name = 'CursorError';
  declare readonly code: CursorFailureCode;

  /**
   * Where the server can go on. After `CURSOR_EXPIRED` events before it are lost to this stream: load the state anew.
   * After `STREAM_LAGGING` nothing is lost. Null when there is no such place.
   */
  get resumeAfter(): string | null {
    const { resumeAfter } = this.details;
    return typeof resumeAfter === 'string' ? resumeAfter : null;
  }
}

export interface GraphqlErrorShape {
  readonly message: string;
  readonly extensions?: Readonly<Record<string, unknown>> | undefined;
}

/** What the first of an answer's errors says; the others are in `details.errors`. */
export function failureOf(errors: readonly GraphqlErrorShape[], requestId: string | null = null): SignalboxError {
  const [first, ...others] = errors;
  const { code, requestId: ownId, ...facts } = first?.extensions ?? {};
  const name = typeof code === 'string' ? code : 'BAD_ANSWER';
  const Failure = CURSOR_CODES.has(name) ? CursorError : SignalboxError;
  return new Failure(name, first?.message ?? 'The server reported an error without saying which.', {
    requestId: typeof ownId === 'string' ? ownId : requestId,
    details: others.length > 0 ? { ...facts, errors } : facts,
  });
}

/** Whether the same request may succeed a moment later. */
export function isPassing(error: unknown): error is SignalboxError {
  if (!(error instanceof SignalboxError)) return false;
  if (error.code === 'RATE_LIMITED') return retryAfterOf(error) !== null;
  return error.code === 'NETWORK_ERROR' || error.code === 'TIMEOUT' || error.code === 'SERVICE_UNAVAILABLE';
}

/** How long the server asks to wait, in milliseconds. */
export function retryAfterOf(error: SignalboxError): number | null {
  const { retryAfterMs } = error.details;
  return typeof retryAfterMs === 'number' && retryAfterMs >= 0 ? retryAfterMs : null;
}
