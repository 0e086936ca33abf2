const MAX_CAUSES = 3;
const MAX_MESSAGE_CHARACTERS = 500;

export interface FailureDescription {
  readonly name: string;
  readonly code?: string;
  readonly message?: string;
  /** The frames only: the head of a stack repeats the message. */
  readonly frames?: string;
  readonly cause?: FailureDescription;
}

/**
 * What a log line may say about an unexpected error.
 *
 * The message of a database error carries the statement with its values, which may be a password hash or a token: of
 * those only the class and the SQLSTATE are told.
 */
export function describeFailure(error: unknown, depth = 0): FailureDescription {
  if (!(error instanceof Error)) return { name: typeof error };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  const fromDatabase = (code !== undefined && /^[0-9A-Z]{5}$/.test(code)) || error.name.endsWith('Exception');
  const frames = error.stack
    ?.split('\n')
    .filter((line) => line.startsWith('    at '))
    .join('\n');
  return {
    name: error.name,
    ...(code === undefined ? {} : { code }),
    ...(fromDatabase ? {} : { message: error.message.slice(0, MAX_MESSAGE_CHARACTERS) }),
    ...(frames === undefined ? {} : { frames }),
    ...(error.cause === undefined || depth >= MAX_CAUSES ? {} : { cause: describeFailure(error.cause, depth + 1) }),
  };
}
