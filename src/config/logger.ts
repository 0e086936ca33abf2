import {
  pino,
  stdTimeFunctions,
  type Bindings,
  type ChildLoggerOptions,
  type DestinationStream,
  type Logger,
} from 'pino';
import type { LogLevel } from './config.ts';
import { plainLine } from './plain-line.ts';
import { maskSecretText, redact } from './redact.ts';
import { safeMessage } from './serialize-error.ts';

export type { Logger } from 'pino';

/** Control characters that JSON leaves as they are but terminals and viewers act on: C1, line separators, text direction. */
const UNESCAPED_CONTROLS = /[\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/**
 * A logger that writes one JSON object per line: `time` (ISO 8601), `level` (its name), `msg`, `err`, and what the caller adds;
 * `isForPeople`, lines to be read at a terminal.
 * Whatever comes in, control characters leave escaped and secrets masked. Writes are synchronous, so a crash loses no line.
 */
export function createLogger(options: {
  readonly level: LogLevel;
  readonly isForPeople?: boolean;
  readonly destination?: DestinationStream;
}): Logger {
  const logger = pino(
    {
      level: options.level,
      timestamp: stdTimeFunctions.isoTime,
      // `redact` has made plain data of every error before a serializer would see it.
      serializers: { err: (value: unknown) => value },
      formatters: { level: (label) => ({ level: label }) },
      hooks: {
        logMethod(args, method) {
          method.apply(this, toSafeArguments(args));
        },
        streamWrite(line) {
          const masked = maskSecretText(line);
          return (options.isForPeople ? `${plainLine(masked)}\n` : masked).replaceAll(
            UNESCAPED_CONTROLS,
            escapeCharacter,
          );
        },
      },
    },
    options.destination ?? pino.destination({ dest: 1, sync: true }),
  );
  return withRedactedBindings(logger);
}

/** pino lets what a child is bound to pass by every hook and formatter of its parent; children inherit these two methods. */
function withRedactedBindings(logger: Logger): Logger {
  // oxlint-disable-next-line typescript/unbound-method -- each is called with the logger it was reached through
  const { child, setBindings } = logger;
  return Object.assign(logger, {
    child(this: Logger, bindings: Bindings, options?: ChildLoggerOptions) {
      return child.bind(this)(redactFields(bindings), options);
    },
    setBindings(this: Logger, bindings: Bindings) {
      setBindings.call(this, redactFields(bindings));
    },
  });
}

type LogArguments = [obj: unknown, message?: string, ...values: unknown[]];

/** pino falls back to the error's own message, which may quote a row; so an error always comes with a safe one. */
function toSafeArguments([first, second, ...rest]: readonly unknown[]): LogArguments {
  const values = rest.map(toSafeValue);
  if (typeof first === 'string')
    return second === undefined ? [first] : [first, toSafeValue(second) as string, ...values];
  const error = errorOf(first);
  const fields = first instanceof Error ? { err: redact(first) } : redact(first);
  const message = typeof second === 'string' ? second : error && safeMessage(error);
  return message === undefined ? [fields] : [fields, message, ...values];
}

function errorOf(value: unknown): Error | undefined {
  if (value instanceof Error) return value;
  return typeof value === 'object' && value !== null && 'err' in value && value.err instanceof Error
    ? value.err
    : undefined;
}

/** A value for a placeholder of the message, as in `info('took %d ms', 7)`. */
function toSafeValue(value: unknown): unknown {
  return value instanceof Error ? `${value.name}: ${safeMessage(value)}` : redact(value);
}

function redactFields(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return { ...(redact(fields) as object) };
}

function escapeCharacter(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
