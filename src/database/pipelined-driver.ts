import {
  type Configuration,
  type DriverException,
  type EntityData,
  type EntityDictionary,
  type EntityName,
  type FilterQuery,
  type FindOneOptions,
  isRaw,
  type NativeInsertUpdateManyOptions,
  type NativeInsertUpdateOptions,
  type ObjectQuery,
  type QueryResult,
  type UpsertOptions,
} from '@mikro-orm/core';
import { PostgreSqlDriver } from '@mikro-orm/postgresql';
import { convertUnlessOurs, PipelinedConnection } from './pipelined-connection.ts';
import { PlainTable } from './plain-table.ts';

/** What `findOne` may be given besides the key without being more than a lookup. */
const LOOKUP_OPTIONS = new Set([
  'ctx',
  'em',
  'populate',
  'populateWhere',
  '_populateWhere',
  'logging',
  'loggerContext',
  'refresh',
  'strategy',
  'flushMode',
  'filters',
]);

/**
 * The ORM's driver for PostgreSQL, on a connection of our own. Loading a row by its key and changing it, which is what
 * commands do, takes statements written down once per entity: to build them anew each time took more of the processor than
 * all the rest of a command. Everything else goes its usual way.
 */
export class PipelinedDriver extends PostgreSqlDriver {
  protected override readonly connection: PipelinedConnection;
  readonly #tables = new Map<EntityName, PlainTable | null>();

  constructor(config: Configuration) {
    super(config);
    this.connection = new PipelinedConnection(config);
  }

  override convertException(error: Error): DriverException {
    return convertUnlessOurs(error, (cause) => super.convertException(cause)) as DriverException;
  }

  override async findOne<Entity extends object, Populate extends string, Fields extends string, Exclude extends string>(
    entity: EntityName<Entity>,
    where: ObjectQuery<Entity>,
    options: FindOneOptions<Entity, Populate, Fields, Exclude> = {},
  ): Promise<EntityData<Entity> | null> {
    const table = this.#tableOf(entity);
    const key = table && isLookup(options) ? keyIn(where, table) : undefined;
    if (!table || key === undefined) return super.findOne(entity, where, options);
    const { ctx } = options as { readonly ctx?: object };
    const { rows } = await this.rethrow(this.connection.run({ text: table.lookup, values: [key] }, ctx));
    const [row] = rows as EntityData<Entity>[];
    return row ? this.mapResult(row, this.metadata.get(entity)) : null;
  }

  override async nativeInsertMany<Entity extends object>(
    entity: EntityName<Entity>,
    data: EntityDictionary<Entity>[],
    options: NativeInsertUpdateManyOptions<Entity> = {},
    transform?: (sql: string) => string,
  ): Promise<QueryResult<Entity>> {
    const [row] = data;
    if (row && data.length === 1 && isOfChangeSet(options) && !transform) {
      const values: readonly unknown[] = Object.values(row);
      const text = values.every(isPlainValue) ? this.#tableOf(entity)?.insert(row) : null;
      if (text) return this.#write(text, values, options.ctx as object | undefined);
    }
    return super.nativeInsertMany(entity, data, options, transform);
  }

  override async nativeUpdate<Entity extends object>(
    entity: EntityName<Entity>,
    where: FilterQuery<Entity>,
    data: EntityDictionary<Entity>,
    options: NativeInsertUpdateOptions<Entity> & UpsertOptions<Entity> = {},
  ): Promise<QueryResult<Entity>> {
    const table = isOfChangeSet(options) ? this.#tableOf(entity) : null;
    const key = table ? keyIn(where, table) : undefined;
    if (key !== undefined) {
      const values: readonly unknown[] = Object.values(data);
      const text = values.every(isPlainValue) ? table?.update(Object.keys(data)) : null;
      if (text) return this.#write(text, [...values, key], options.ctx as object | undefined);
    }
    return super.nativeUpdate(entity, where, data, options);
  }

  async #write<Entity>(text: string, values: readonly unknown[], transaction?: object): Promise<QueryResult<Entity>> {
    const { rowCount } = await this.rethrow(this.connection.write({ text, values }, transaction));
    return { affectedRows: rowCount, rows: [] } as Partial<QueryResult<Entity>> as QueryResult<Entity>;
  }

  #tableOf(entity: EntityName): PlainTable | null {
    let table = this.#tables.get(entity);
    if (table === undefined) {
      table = PlainTable.of(this.metadata.get(entity), this.platform);
      this.#tables.set(entity, table);
    }
    return table;
  }
}

function isLookup(options: object): boolean {
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || value === null) continue;
    if (!LOOKUP_OPTIONS.has(name) || (name === 'populate' && Array.isArray(value) && value.length > 0)) return false;
  }
  return true;
}

/** Then its values are converted already. */
function isOfChangeSet(options: {
  readonly upsert?: boolean | undefined;
  readonly unionWhere?: readonly unknown[] | undefined;
  readonly convertCustomTypes?: boolean | undefined;
}): boolean {
  return !options.upsert && !options.unionWhere?.length && options.convertCustomTypes === false;
}

/** Not left to the database, no SQL, no list, which SQL spreads. */
function isPlainValue(value: unknown): boolean {
  return value !== undefined && !Array.isArray(value) && !isRaw(value);
}

/** The key, if that is all the condition asks for. */
function keyIn(where: unknown, table: PlainTable): string | number | undefined {
  if (typeof where !== 'object' || where === null) return undefined;
  const [[property, value] = [], ...more] = Object.entries(where) as [string, unknown][];
  const isKey = property === table.keyProperty && more.length === 0;
  return isKey && (typeof value === 'string' || typeof value === 'number') ? value : undefined;
}
