import { ForeignKeyConstraintViolationException, UniqueConstraintViolationException } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/sql';
import { ConcurrencyError, ConflictError, NotFoundError } from '../../errors.ts';
import type { Page } from '../../graphql/connection.ts';
import { Role } from './role.entity.ts';

export function findRolesByIds(em: SqlEntityManager, ids: readonly string[]): Promise<Role[]> {
  return em.find(Role, { id: { $in: [...ids] } });
}

/** By name; one more than the page holds. */
export function listRoles(em: SqlEntityManager, page: Page): Promise<Role[]> {
  const from = page.from?.[0];
  return em.find(Role, from === undefined ? {} : { name: { $gt: from } }, {
    orderBy: { name: 'asc' },
    limit: page.size + 1,
  });
}

/** @throws NotFoundError; ConcurrencyError when the caller decided on another version. */
export async function loadRole(em: SqlEntityManager, id: string, expectedVersion?: number | null): Promise<Role> {
  const role = await em.findOne(Role, { id });
  if (!role) throw new NotFoundError('The role');
  if (expectedVersion != null && role.version !== expectedVersion)
    throw new ConcurrencyError(expectedVersion, role.version);
  return role;
}

/** Writes now, so that a taken name or a role still held becomes an error the caller knows. @throws ConflictError */
export async function saveRoles(em: SqlEntityManager): Promise<void> {
  try {
    await em.flush();
  } catch (error) {
    if (error instanceof UniqueConstraintViolationException)
      throw new ConflictError('This role name is taken.', { cause: error });
    if (error instanceof ForeignKeyConstraintViolationException) {
      throw new ConflictError('Somebody holds this role. Give them another one first.', { cause: error });
    }
    throw error;
  }
}
