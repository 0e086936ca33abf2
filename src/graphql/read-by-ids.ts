import type { SqlEntityManager } from '@mikro-orm/sql';
import type { Context } from './context.ts';

/**
 * Objects by their ids, from where the operation reads. What a replica does not have yet is looked for on the primary, so
 * that what was just made is found, and no list leads to an object that is not there.
 */
export async function readByIds<Found>(
  { em, mayLag, core }: Pick<Context, 'em' | 'mayLag' | 'core'>,
  ids: readonly string[],
  find: (em: SqlEntityManager, ids: readonly string[]) => Promise<readonly Found[]>,
  idOf: (found: Found) => string,
): Promise<Map<string, Found>> {
  const found = new Map((await find(em, ids)).map((object) => [idOf(object), object]));
  const missing = mayLag ? ids.filter((id) => !found.has(id)) : [];
  if (missing.length === 0) return found;
  for (const object of await find(core.database.orm.em.fork(), missing)) found.set(idOf(object), object);
  return found;
}
