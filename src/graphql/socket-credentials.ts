import { isRecord } from './request-params.ts';

const NAMES: ReadonlySet<string> = new Set(['authorization', 'token']);

/**
 * The credentials in a `connection_init` or `ping` payload: `{ authorization: "Bearer …" }` in any case, or `{ token }`.
 * Undefined when it names none; then the socket stays as it is.
 */
export function credentialsIn(payload: unknown): string | undefined {
  if (!isRecord(payload)) return undefined;
  const [name, value] = Object.entries(payload).find(([name]) => NAMES.has(name.toLowerCase())) ?? [];
  if (name === undefined || typeof value !== 'string' || value === '') return undefined;
  return name.toLowerCase() === 'token' && !/^bearer /i.test(value) ? `Bearer ${value}` : value;
}

/** GraphiQL sends its headers editor with each operation, as `extensions.headers`, and nothing in `connection_init`. */
export function credentialsOfOperation(extensions: Readonly<Record<string, unknown>>): string | undefined {
  return credentialsIn(extensions['headers']);
}
