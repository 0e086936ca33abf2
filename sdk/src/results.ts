import type { ErrorCode } from './operations.generated.ts';
import { SignalboxError } from './errors.ts';

interface FailedResult {
  readonly __typename: string;
  readonly code: ErrorCode;
  readonly message: string;
}

/** A mutation answered one of its errors where `payloadOf` was told to expect none. */
export class ResultError extends SignalboxError {
  override readonly name = 'ResultError';
  /** The whole answer, `fieldErrors` and the like included. */
  readonly result: FailedResult;

  constructor(result: FailedResult) {
    super(result.code, result.message);
    this.result = result;
  }
}

/** For callers who have no use for the errors of a mutation: its payload. @throws ResultError */
export function payloadOf<Result extends { readonly __typename: string }>(
  result: Result,
): Exclude<Result, { readonly code: ErrorCode }> {
  if (isFailed(result)) throw new ResultError(result);
  return result as Exclude<Result, { readonly code: ErrorCode }>;
}

function isFailed(result: object): result is FailedResult {
  return 'code' in result && 'message' in result;
}
