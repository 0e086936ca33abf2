import { RequestError } from '../errors.ts';

/** Deeper JSON than any input needs; recursive input types would otherwise exhaust the stack while they are coerced. */
const MAX_NESTING = 32;

export interface RequestParams {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly operationName: string | null;
  readonly extensions: Readonly<Record<string, unknown>>;
}

/** Checks the shape of a parsed GraphQL request, whatever carried it. Throws RequestError BAD_USER_INPUT. */
export function checkRequestParams(body: unknown): RequestParams {
  if (Array.isArray(body)) throw badRequest('Send one operation per request; batching is off.');
  if (!isRecord(body)) throw badRequest('The request must be a JSON object.');
  const { query, variables, operationName, extensions } = body;
  if (typeof query !== 'string' || query === '') throw badRequest('The request needs "query", a non-empty string.');
  if (operationName != null && typeof operationName !== 'string') throw badRequest('"operationName" must be a string.');
  if (variables != null && !isRecord(variables)) throw badRequest('"variables" must be an object.');
  if (extensions != null && !isRecord(extensions)) throw badRequest('"extensions" must be an object.');
  if (isDeeperThan(variables, MAX_NESTING)) throw badRequest(`"variables" nest deeper than ${MAX_NESTING} levels.`);
  if (!isStorable(query) || !isStorableDeeply(variables)) throw badRequest(UNSTORABLE);
  return { query, variables: variables ?? {}, operationName: operationName ?? null, extensions: extensions ?? {} };
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export const UNSTORABLE = 'Text must be well-formed Unicode and free of NUL.';

/** PostgreSQL takes neither NUL nor half a surrogate pair; refused here for every field of every operation. */
export function isStorable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}

/** Only after the check of the nesting. */
function isStorableDeeply(value: unknown): boolean {
  if (typeof value === 'string') return isStorable(value);
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([key, inner]) => isStorable(key) && isStorableDeeply(inner));
}

function badRequest(message: string): RequestError {
  return new RequestError('BAD_USER_INPUT', message);
}

function isDeeperThan(value: unknown, limit: number): boolean {
  let level = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > limit) return true;
    level = level.flatMap(childrenOf);
  }
  return false;
}

function childrenOf(value: unknown): unknown[] {
  return typeof value === 'object' && value !== null ? Object.values(value) : [];
}
