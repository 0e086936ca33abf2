import type { SqlEntityManager } from '@mikro-orm/sql';
import { sqlOf } from '../../database/sql.ts';
import { InvalidStateError, ValidationError } from '../../errors.ts';
import type { User } from './user.entity.ts';

/** The permissions of the roles that these users hold, by the role's id. */
export async function permissionsOfRoles(
  em: SqlEntityManager,
  users: readonly User[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const roles = await findRoles(em, { ids: users.map((user) => user.roleId), name: null });
  return new Map([...roles].map(([id, { permissions }]) => [id, permissions]));
}

/** Roles by their ids, and one by its name. */
export async function findRoles(
  em: SqlEntityManager,
  { ids, name }: { readonly ids: readonly string[]; readonly name: string | null },
): Promise<ReadonlyMap<string, { readonly name: string; readonly permissions: readonly string[] }>> {
  const rows = await sqlOf(em)<{ id: string; name: string; permissions: string[] }>(
    'select id, name, permissions from role where id = any($1::uuid[]) or name = $2',
    [[...new Set(ids)], name],
  );
  return new Map(rows.map(({ id, ...role }) => [id, role]));
}

/** @throws ValidationError when there is no such role. */
export async function permissionsOfRole(
  em: SqlEntityManager,
  role: { id: string } | { name: string },
): Promise<{ id: string; permissions: string[] }> {
  const [column, value] = 'id' in role ? ['id', role.id] : ['name', role.name];
  const rows = await sqlOf(em)<{ id: string; permissions: string[] }>(
    `select id, permissions from role where ${column} = $1`,
    [value],
  );
  if (!rows[0]) throw noSuchRole();
  return rows[0];
}

/**
 * Keeps at least one active administrator when these stop being users with that role. The role's row is locked, so that
 * two administrators who remove each other at the same time cannot both succeed. @throws InvalidStateError
 */
export async function requireAdministratorLeft(
  em: SqlEntityManager,
  leaving: readonly User[],
  adminRole: string,
): Promise<void> {
  const sql = sqlOf(em);
  const roleIds = leaving.filter((user) => user.isActive).map((user) => user.roleId);
  const [role] = await sql<{ id: string }>('select id from role where name = $1 and id = any($2::uuid[]) for update', [
    adminRole,
    roleIds,
  ]);
  if (!role) return;
  const others = await sql(
    'select 1 from app_user where role_id = $1 and is_active and id <> all($2::uuid[]) limit 1',
    [role.id, leaving.map((user) => user.id)],
  );
  if (others.length === 0) throw new InvalidStateError('This is the last active administrator.');
}

export function noSuchRole(options: ErrorOptions = {}): ValidationError {
  return new ValidationError([{ path: ['roleId'], message: 'The role does not exist.' }], options);
}
