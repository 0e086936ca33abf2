import type { SqlEntityManager } from '@mikro-orm/sql';
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
