import type { Json } from '../../event-bus/cache-layers.ts';
import type { Context } from '../../graphql/context.ts';
import type { Page } from '../../graphql/connection.ts';
import { countUsers, searchUsers, type UserOrder, type UserSearch } from './user-search.repository.ts';
import { USERS_TAG } from './user.tags.ts';

/** A search may name roles, and roles can be renamed. */
const LIST_TAGS = [USERS_TAG, 'roles'] as const;

/**
 * The ids of one page, through the cache: finding them is what takes long. The users themselves are then read by id, so
 * that they are shown as they are, and no personal data is copied.
 */
export function cachedUserPage(
  { core }: Pick<Context, 'core'>,
  search: UserSearch,
  order: UserOrder,
  page: Page,
): Promise<readonly string[]> {
  return core.cache.getOrLoad({
    key: ['user ids of a page', keyOf(search), order.field, order.descending, page.size, page.backward, page.from],
    tags: LIST_TAGS,
    load: () => searchUsers(core.database.orm.em.fork(), search, order, page),
  });
}

/** How many users a search finds, through the cache. */
export function cachedUserCount({ core }: Pick<Context, 'core'>, search: UserSearch): Promise<number> {
  return core.cache.getOrLoad({
    key: ['user count', keyOf(search)],
    tags: LIST_TAGS,
    load: () => countUsers(core.database.orm.em.fork(), search),
  });
}

function keyOf({ search, roles, isActive, createdAfter, createdBefore }: UserSearch): Json {
  return [
    search ?? null,
    roles ?? null,
    isActive ?? null,
    createdAfter?.toISOString() ?? null,
    createdBefore?.toISOString() ?? null,
  ];
}
