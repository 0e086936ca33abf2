/** Causes and parts of an AggregateError are followed this deep and this wide. */
const MAX_DEPTH = 5;
const MAX_PARTS = 10;
const MAX_TEXT = 8192;

/** What a log line keeps of an error. */
export interface SerializedError {
  readonly type: string;
  readonly message: string;
  readonly code?: string | number;
  readonly table?: string;
  readonly constraint?: string;
  readonly stack?: string;
  readonly cause?: SerializedError;
  readonly errors?: readonly SerializedError[];
}

/**
 * An error as plain data. Only the fields above pass: a database error also carries the statement, its parameters and, in
 * `detail`, values of the row. MikroORM copies `detail` into the message and the stack, so both are rebuilt.
 */
export function serializeError(error: Error, depth = 0): SerializedError {
  const type = error.name || error.constructor.name;
  const message = safeMessage(error);
  const { code, table, constraint } = facts(error);
  const parts =
    error instanceof AggregateError && depth < MAX_DEPTH ? error.errors.filter(isError).slice(0, MAX_PARTS) : [];
  return {
    type,
    message,
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    ...(isDatabaseError(error) && typeof table === 'string' ? { table } : {}),
    ...(isDatabaseError(error) && typeof constraint === 'string' ? { constraint } : {}),
    ...(typeof error.stack === 'string'
      ? { stack: `${type}: ${message}\n${frames(error.stack)}`.slice(0, MAX_TEXT) }
      : {}),
    ...(isError(error.cause) && depth < MAX_DEPTH ? { cause: serializeError(error.cause, depth + 1) } : {}),
    ...(parts.length > 0 ? { errors: parts.map((part) => serializeError(part, depth + 1)) } : {}),
  };
}

/** The message without the values a database puts into it. */
export function safeMessage(error: Error): string {
  if (!isDatabaseError(error)) return error.message.slice(0, MAX_TEXT);
  const firstLine = error.message.split('\n', 1)[0] ?? '';
  const { code } = facts(error);
  // Class 22, data exception, quotes the refused value: invalid input syntax for type integer: "12x".
  const quotesValue = typeof code === 'string' && code.startsWith('22');
  return (quotesValue ? firstLine.replace(/".*"?/, '[redacted]') : firstLine).slice(0, MAX_TEXT);
}

/** Errors of PostgreSQL, from the driver or wrapped by MikroORM, carry a SQLSTATE and a severity; no others do. */
function isDatabaseError(error: Error): boolean {
  const { code, severity } = facts(error);
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && typeof severity === 'string';
}

function facts(error: Error): Readonly<Record<string, unknown>> {
  return { ...error };
}

function frames(stack: string): string {
  return stack
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .join('\n');
}

function isError(value: unknown): value is Error {
  return value instanceof Error;
}
