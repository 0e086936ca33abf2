import { ForeignKeyConstraintViolationException, UniqueConstraintViolationException } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/sql';
import { sqlOf } from '../../database/sql.ts';
import { ConflictError, NotFoundError } from '../../errors.ts';
import { lockStream } from '../../event-store/lock-stream.ts';
import { requireSeenAsIs } from './seen-version.ts';
import { User } from './user.entity.ts';
import { noSuchRole } from './user-role.repository.ts';

export function findUsersByIds(em: SqlEntityManager, ids: readonly string[]): Promise<User[]> {
  return em.find(User, { id: { $in: [...ids] } });
}

/** @throws NotFoundError; ConcurrencyError when the user has changed since the version that the caller decided on. */
export async function loadUser(em: SqlEntityManager, id: string, expectedVersion?: number | null): Promise<User> {
  if (expectedVersion != null) await lockStream(sqlOf(em), 'User', id);
  const user = await em.findOne(User, { id });
  if (!user) throw new NotFoundError('The user');
  if (expectedVersion != null) await requireSeenAsIs(em, user, expectedVersion);
  return user;
}

/**
 * Writes now, so that a taken e-mail address or username, or a role that was deleted meanwhile, becomes an error the
 * caller knows. @throws ConflictError, ValidationError
 */
export async function saveUsers(em: SqlEntityManager): Promise<void> {
  try {
    await em.flush();
  } catch (error) {
    if (error instanceof ForeignKeyConstraintViolationException) throw noSuchRole({ cause: error });
    if (!(error instanceof UniqueConstraintViolationException)) throw error;
    const field = error.message.includes('app_user_username_unique') ? 'username' : 'e-mail address';
    throw new ConflictError(`This ${field} is taken.`, { cause: error });
  }
}

/** Which of these names somebody has already; in small letters. */
export async function findTakenNames(
  em: SqlEntityManager,
  people: readonly { readonly email: string; readonly username: string }[],
): Promise<{ readonly takenEmails: ReadonlySet<string>; readonly takenUsernames: ReadonlySet<string> }> {
  const rows = await sqlOf(em)<{ email: string; username: string }>(
    `select lower(email) as email, lower(username) as username from app_user
     where lower(email) = any($1::text[]) or lower(username) = any($2::text[])`,
    [people.map(({ email }) => email.toLowerCase()), people.map(({ username }) => username.toLowerCase())],
  );
  return {
    takenEmails: new Set(rows.map(({ email }) => email)),
    takenUsernames: new Set(rows.map(({ username }) => username)),
  };
}
