import { GraphQLError, GraphQLID, Kind, type ValueNode, valueFromASTUntyped } from 'graphql';
import { decodeCursor } from '../event-store/cursor.ts';

/** Coercion of the custom scalars: whatever passes here is safe to hand to SQL. */

const RFC_3339 = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/i;
/** As `Date.toISOString` writes it, which is how it is stored. */
const AS_WE_WRITE_IT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;
const ID_FORM = /^[A-Za-z0-9_-]{1,64}$/;
const MAX_JSON_DEPTH = 20;
const MAX_JSON_BYTES = 64 * 1024;

function refuse(message: string): never {
  throw new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } });
}

export function parseDateTime(value: unknown): Date {
  if (typeof value !== 'string' || !RFC_3339.test(value))
    refuse('DateTime must be an RFC 3339 date and time with an offset.');
  const date = new Date(value);
  // `new Date` carries 31 February over to March: the day must come back as it was written.
  const [, year, month, day] = RFC_3339.exec(value) ?? [];
  const written = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  if (Number.isNaN(date.getTime()) || written.getUTCDate() !== Number(day) || Number(year) < 1) {
    refuse('DateTime must be a real date between the years 1 and 9999.');
  }
  return date;
}

export function serializeDateTime(value: unknown): string {
  if (typeof value === 'string' && AS_WE_WRITE_IT.test(value)) return value;
  const date = value instanceof Date ? value : new Date(String(value));
  return date.toISOString();
}

export function parseSafeInt(value: unknown): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value))
    refuse('SafeInt must be a whole number within ±(2^53 - 1).');
  return value;
}

function parseId(value: unknown): string {
  if (typeof value !== 'string') refuse('ID must be a string.');
  if (!ID_FORM.test(value)) refuse('ID has 1 to 64 letters, digits, hyphens or underscores.');
  return value;
}

export function parseCursor(value: unknown): string {
  if (typeof value !== 'string') refuse('Cursor must be a string.');
  decodeCursor(value);
  return value;
}

export function parseJson(value: unknown): unknown {
  checkJson(value, 0);
  if (Buffer.byteLength(JSON.stringify(value)) > MAX_JSON_BYTES) refuse('JSON must not exceed 64 KiB.');
  return value;
}

function checkJson(value: unknown, depth: number): void {
  if (depth > MAX_JSON_DEPTH) refuse(`JSON must not nest deeper than ${MAX_JSON_DEPTH} levels.`);
  if (typeof value === 'number' && !(Number.isFinite(value) && Math.abs(value) <= Number.MAX_SAFE_INTEGER)) {
    refuse('Numbers in JSON must lie within ±(2^53 - 1).');
  }
  if (typeof value === 'string' && (value.includes('\0') || !value.isWellFormed())) {
    refuse('Text in JSON must be well-formed and free of NUL.');
  }
  if (value === null || typeof value !== 'object') return;
  for (const [key, inner] of Object.entries(value)) {
    if (key === '__proto__' || key === 'constructor') refuse(`The key ${key} is not allowed in JSON.`);
    checkJson(key, depth + 1);
    checkJson(inner, depth + 1);
  }
}

/** A literal in the document, handed to the same check as a variable's value. */
export function fromLiteral<Value>(parse: (value: unknown) => Value, kinds: readonly Kind[]) {
  return (node: ValueNode): Value => {
    if (!kinds.includes(node.kind)) refuse('The literal has the wrong type.');
    return parse(node.kind === Kind.INT ? Number(node.value) : valueFromASTUntyped(node));
  };
}

/**
 * Makes ID take strings only: beyond 2^53 a number would name another object. The builder always uses the library's own
 * ID type, which is one object for the whole process, so it is changed in place.
 */
export function useStrictIds(): void {
  GraphQLID.parseValue = parseId;
  GraphQLID.parseLiteral = fromLiteral(parseId, [Kind.STRING]);
}
