import { RequestError } from '../errors.ts';
import type { Page } from './connection.ts';

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/;
const TIMESTAMP = /^(?!0000)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/**
 * The end of a statement that reads one page of a table with the columns `created_at` (to the millisecond) and `id`, the
 * newest first, one row more than the page holds. A page cursor is these two.
 *
 * @throws RequestError BAD_USER_INPUT
 */
export function newestFirst(page: Page, conditions: readonly string[], parameters: unknown[]): string {
  const all = [...conditions];
  if (page.from) {
    const [createdAt = '', id = ''] = page.from;
    if (!isTimestamp(createdAt) || !UUID.test(id))
      throw new RequestError('BAD_USER_INPUT', 'The page cursor is malformed.');
    const [at, last] = [`$${parameters.push(createdAt)}`, `$${parameters.push(id)}`];
    all.push(`(created_at, id) ${page.backward ? '>' : '<'} (${at}::timestamptz, ${last}::uuid)`);
  }
  const direction = page.backward ? 'asc' : 'desc';
  const limit = `$${parameters.push(page.size + 1)}`;
  return `${whereOf(all)} order by created_at ${direction}, id ${direction} limit ${limit}`;
}

export function whereOf(conditions: readonly string[]): string {
  return conditions.length > 0 ? `where ${conditions.join(' and ')}` : '';
}

/** A day or an hour that does not exist passes the form, and PostgreSQL would refuse it as an internal error. */
function isTimestamp(text: string): boolean {
  const time = TIMESTAMP.test(text) ? Date.parse(text) : Number.NaN;
  return !Number.isNaN(time) && new Date(time).toISOString() === text;
}
