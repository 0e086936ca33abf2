import DataLoader from 'dataloader';
import type { Json } from '../event-bus/cache-layers.ts';
import { aggregateTag } from '../event-bus/event-tags.ts';
import type { Context } from './context.ts';

type CachedObject = Json & { readonly id: string };

/**
 * Objects through the cache, one entry for each aggregate, in the order of the ids; null for one that is not there. What
 * the cache does not have is found with one statement. Only for objects whose copies may stand in Redis for a minute.
 */
export async function cachedObjects<Found extends CachedObject>(
  { core }: Pick<Context, 'core'>,
  aggregateType: string,
  ids: readonly string[],
  find: (ids: readonly string[]) => Promise<readonly Found[]>,
): Promise<(Found | null)[]> {
  // Gathers what is missing; it remembers nothing itself, for the cache may ask anew when something became old meanwhile.
  const missing = new DataLoader<string, Found | null>(
    async (wanted) => {
      const found = new Map((await find(wanted)).map((object) => [object.id, object]));
      return wanted.map((id) => found.get(id) ?? null);
    },
    { cache: false },
  );
  return Promise.all(
    ids.map((id) =>
      core.cache.getOrLoad<Found | null>({
        key: [`the ${aggregateType}`, id],
        tags: [aggregateTag(aggregateType, id)],
        load: () => missing.load(id),
      }),
    ),
  );
}
