import { isRecord } from './request-params.ts';

const NAMES: ReadonlySet<string> = new Set(['authorization', 'token']);
/** Of no scheme there is: refused like any that are not good. */
const MALFORMED = 'malformed';

/**
 * The credentials in a `connection_init` or `ping` payload: `{ authorization: "Bearer …" }` in any case, or `{ token }`.
 * Undefined when it names none, or null or nothing by that name; then the socket stays as it is. What is no text was
 * meant to be credentials, so that it is not taken for none.
 */
export function credentialsIn(payload: unknown): string | undefined {
  if (!isRecord(payload)) return undefined;
  for (const [name, value] of Object.entries(payload)) {
    if (!NAMES.has(name.toLowerCase()) || value === null || value === '') continue;
    if (typeof value !== 'string') return MALFORMED;
    return name.toLowerCase() === 'token' && !/^bearer /i.test(value) ? `Bearer ${value}` : value;
  }
  return undefined;
}

/** GraphiQL sends its headers editor with each operation, as `extensions.headers`, and nothing in `connection_init`. */
export function credentialsOfOperation(extensions: Readonly<Record<string, unknown>>): string | undefined {
  return credentialsIn(extensions['headers']);
}
