import { serializeError } from './serialize-error.ts';

const REDACTED = '[redacted]';
const MAX_DEPTH = 8;
const MAX_TEXT = 8192;
/** Values of one log line; a socket or a request logged by mistake ends here. */
const MAX_VALUES = 1000;

/** Matched anywhere in a key's name, without its case, dashes and underscores: `Set-Cookie`, `refresh_token`, `newPassword`. */
const SECRET_NAME =
  /password|passphrase|secret|token|authorization|cookie|credential|apikey|privatekey|signingkey|masterkey/;

/**
 * A copy of what is to be logged, as plain data: values under secret names replaced, errors serialized, size bounded.
 * Secrets that are part of a text are for `maskSecretText`.
 */
export function redact(value: unknown): unknown {
  return copy(value, 0, { valuesLeft: MAX_VALUES });
}

function copy(value: unknown, depth: number, budget: { valuesLeft: number }): unknown {
  budget.valuesLeft -= 1;
  if (typeof value === 'string') return value.length > MAX_TEXT ? `${value.slice(0, MAX_TEXT)}…` : value;
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Error) return serializeError(value);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString();
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (depth >= MAX_DEPTH || budget.valuesLeft <= 0) return '[truncated]';
  if (value instanceof Map) return copyEntries([...value], depth, budget);
  if (Array.isArray(value) || value instanceof Set) return copyItems([...value], depth, budget);
  return copyEntries(readEntries(value), depth, budget);
}

function copyItems(items: readonly unknown[], depth: number, budget: { valuesLeft: number }): unknown[] {
  const copied: unknown[] = [];
  for (const item of items) {
    if (budget.valuesLeft <= 0) return [...copied, '[truncated]'];
    copied.push(copy(item, depth + 1, budget));
  }
  return copied;
}

function copyEntries(
  entries: readonly (readonly [unknown, unknown])[],
  depth: number,
  budget: { valuesLeft: number },
): Record<string, unknown> {
  const copied: [string, unknown][] = [];
  for (const [key, value] of entries) {
    if (budget.valuesLeft <= 0) break;
    const name = String(key);
    copied.push([name, isSecret(name, value) ? REDACTED : copy(value, depth + 1, budget)]);
  }
  return Object.fromEntries(copied);
}

function isSecret(name: string, value: unknown): boolean {
  const holdsNothing = value === null || value === undefined || typeof value === 'boolean';
  return !holdsNothing && SECRET_NAME.test(name.toLowerCase().replaceAll(/[-_]/g, ''));
}

/** A getter that throws must not take the caller down with the log line. */
function readEntries(value: object): [string, unknown][] {
  try {
    return Object.entries(value);
  } catch (error) {
    return [['unreadable', error]];
  }
}

/**
 * Masks secrets that stand inside a text by their form: JSON web tokens, Bearer and Basic credentials, passwords in URLs.
 * Works on a finished JSON line too: it touches no quote and no escape.
 */
export function maskSecretText(text: string): string {
  return text
    .replaceAll(/\beyJ[\w-]{8,}\.[\w-]*\.[\w-]*/g, REDACTED)
    .replaceAll(/\b(Bearer|Basic) +[\w.~+/=-]{8,}/gi, `$1 ${REDACTED}`)
    .replaceAll(/(:\/\/[^\s/:@"\\]*):[^\s/@"\\]+@/g, `$1:${REDACTED}@`);
}
