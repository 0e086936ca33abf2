import { join } from 'node:path';
import type { EntitySchema, EventSubscriber } from '@mikro-orm/core';
import { Migrator } from '@mikro-orm/migrations';

/** A class made from `defineEntity`, or the schema itself. */
export type EntityList = readonly (EntitySchema | (new () => object))[];

/** Where the names of migrations stand that have run. */
export const MIGRATIONS_TABLE = 'mikro_orm_migrations';
export const MIGRATIONS_FOLDER = join(import.meta.dirname, '../../migrations');

/** What both drivers, the migrator and the command line share. */
export function ormOptions(entities: EntityList, subscribers: readonly EventSubscriber[] = []) {
  return {
    entities: [...entities],
    subscribers: [...subscribers],
    extensions: [Migrator],
    migrations: {
      tableName: MIGRATIONS_TABLE,
      path: MIGRATIONS_FOLDER,
      pathTs: MIGRATIONS_FOLDER,
      glob: 'Migration*.ts',
      snapshot: false,
      silent: true,
      transactional: true,
      allOrNothing: true,
    },
    // The identity map of the global entity manager would be shared by all requests; every use forks.
    allowGlobalContext: false,
    forceUtcTimezone: true,
    discovery: { warnWhenNoEntities: false },
  };
}
