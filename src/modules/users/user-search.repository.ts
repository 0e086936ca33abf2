import type { SqlEntityManager } from '@mikro-orm/sql';
import { sqlOf } from '../../database/sql.ts';
import { RequestError } from '../../errors.ts';
import type { Page } from '../../graphql/connection.ts';
import type { User } from './user.entity.ts';
import { findUsersByIds } from './user.repository.ts';

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/;

export interface UserSearch {
  readonly search?: string | undefined;
  readonly roles?: readonly string[] | undefined;
  readonly isActive?: boolean | undefined;
  readonly createdAfter?: Date | undefined;
  readonly createdBefore?: Date | undefined;
}

interface SortColumn {
  readonly column: string;
  /** The column as text, for the page cursor, and back. */
  readonly toText: string;
  readonly fromText: (place: string) => string;
  readonly accepts: (text: string) => boolean;
}

const textColumn = (column: string): SortColumn => ({
  column,
  toText: column,
  fromText: (place) => place,
  accepts: () => true,
});

const TIMESTAMP = /^(?!0000)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;

/** A day or an hour that does not exist passes the form, and PostgreSQL would refuse it as an internal error. */
function isTimestamp(text: string): boolean {
  const time = TIMESTAMP.test(text) ? Date.parse(text) : Number.NaN;
  return !Number.isNaN(time) && new Date(time).toISOString().slice(0, 19) === text.slice(0, 19);
}

export const USER_ORDER = {
  CREATED_AT: {
    column: 'u.created_at',
    toText: `to_char(u.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`,
    fromText: (place) => `${place}::timestamptz`,
    accepts: isTimestamp,
  },
  EMAIL: textColumn('lower(u.email)'),
  USERNAME: textColumn('lower(u.username)'),
  LAST_NAME: textColumn('lower(u.last_name) collate "C"'),
} as const satisfies Record<string, SortColumn>;
export type UserOrderField = keyof typeof USER_ORDER;

export interface UserOrder {
  readonly field: UserOrderField;
  readonly descending: boolean;
}

export interface FoundUser {
  readonly user: User;
  /** The value the list is ordered by, as text: half of the page cursor. */
  readonly sortKey: string;
}

/** The ids of one page in page order, with one more than it holds. */
export async function searchUsers(
  em: SqlEntityManager,
  search: UserSearch,
  order: UserOrder,
  page: Page,
): Promise<string[]> {
  const parameters: unknown[] = [];
  const conditions = searchConditions(search, parameters);
  const { column, fromText, accepts } = USER_ORDER[order.field];
  const descending = order.descending !== page.backward;
  if (page.from) {
    const [sortKey = '', id = ''] = page.from;
    if (!accepts(sortKey) || !UUID.test(id)) throw new RequestError('BAD_USER_INPUT', 'The page cursor is malformed.');
    const [keyPlace, idPlace] = [`$${parameters.push(sortKey)}`, `$${parameters.push(id)}`];
    conditions.push(`(${column}, u.id) ${descending ? '<' : '>'} (${fromText(keyPlace)}, ${idPlace}::uuid)`);
  }
  const direction = descending ? 'desc' : 'asc';
  const rows = await sqlOf(em)<{ id: string }>(
    `select u.id from app_user u ${whereOf(conditions)}
     order by ${column} ${direction}, u.id ${direction} limit $${parameters.push(page.size + 1)}`,
    parameters,
  );
  return rows.map((row) => row.id);
}

/** The users with these ids as they are now, in this order, without those who are gone. */
export async function findListedUsers(
  em: SqlEntityManager,
  ids: readonly string[],
  field: UserOrderField,
): Promise<FoundUser[]> {
  const [users, keys] = await Promise.all([
    findUsersByIds(em, ids),
    sqlOf(em)<{ id: string; key: string }>(
      `select u.id, ${USER_ORDER[field].toText} as key from app_user u where u.id = any($1::uuid[])`,
      [ids],
    ),
  ]);
  const sortKeys = new Map(keys.map(({ id, key }) => [id, key]));
  const byId = new Map(users.map((user) => [user.id, user]));
  return ids.flatMap((id) => {
    const [user, sortKey] = [byId.get(id), sortKeys.get(id)];
    return user && sortKey !== undefined ? [{ user, sortKey }] : [];
  });
}

export async function countUsers(em: SqlEntityManager, search: UserSearch): Promise<number> {
  const parameters: unknown[] = [];
  const conditions = searchConditions(search, parameters);
  const rows = await sqlOf(em)<{ count: number }>(
    `select count(*)::int as count from app_user u ${whereOf(conditions)}`,
    parameters,
  );
  return rows[0]?.count ?? 0;
}

function whereOf(conditions: readonly string[]): string {
  return conditions.length > 0 ? `where ${conditions.join(' and ')}` : '';
}

function searchConditions(search: UserSearch, parameters: unknown[]): string[] {
  const conditions: string[] = [];
  const where = (condition: (place: string) => string, value: unknown): void => {
    if (value !== undefined) conditions.push(condition(`$${parameters.push(value)}`));
  };
  for (const word of search.search?.toLowerCase().split(/\s+/).filter(Boolean).slice(0, 10) ?? []) {
    // Lowered once more: the function inherits the collation of the e-mail address, "C", which knows ASCII letters only.
    where(
      (place) => `lower(app_user_search_text(u) collate "und-x-icu") like ${place} escape '!'`,
      `%${word.replace(/[!%_]/g, '!$&')}%`,
    );
  }
  where((place) => `u.role_id in (select id from role where name = any(${place}::text[]))`, search.roles);
  where((place) => `u.is_active = ${place}`, search.isActive);
  where((place) => `u.created_at > ${place}`, search.createdAfter?.toISOString());
  where((place) => `u.created_at < ${place}`, search.createdBefore?.toISOString());
  return conditions;
}
