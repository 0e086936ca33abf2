import { type EntityMetadata, type EntityProperty, type Platform, ReferenceKind } from '@mikro-orm/core';

/** The statements that load and change one row of an entity whose columns are just its properties. */
export class PlainTable {
  readonly #columns: ReadonlyMap<string, string>;
  readonly #name: string;
  readonly #key: string;
  readonly keyProperty: string;
  /** Loads the row with a key, `$1`. */
  readonly lookup: string;
  /** Columns that the database fills when they are not given: the ORM asks for what it put there. */
  readonly #filled: readonly string[];
  readonly #inserts = new Map<string, string>();
  readonly #updates = new Map<string, string>();

  private constructor(meta: EntityMetadata, platform: Platform, key: EntityProperty) {
    const quoted = (property: EntityProperty): string =>
      platform.quoteIdentifier(property.fieldNames[0] ?? property.name);
    const stored = meta.props.filter(
      (property) => property.kind !== ReferenceKind.MANY_TO_MANY && property.kind !== ReferenceKind.ONE_TO_MANY,
    );
    this.#columns = new Map(stored.map((property) => [property.name, quoted(property)]));
    this.#name = platform.quoteIdentifier(meta.tableName);
    this.#key = quoted(key);
    this.keyProperty = key.name;
    this.#filled = stored
      .filter(({ defaultRaw, autoincrement }) => defaultRaw ?? autoincrement)
      .map(({ name }) => name);
    const loaded = stored.filter((property) => property.lazy !== true).map(quoted);
    this.lookup = `select ${loaded.join(', ')} from ${this.#name} where ${this.#key} = $1`;
  }

  /** Null for an entity that is more than a table: inheritance, formulas, embedded objects, values the database makes. */
  static of(meta: EntityMetadata, platform: Platform): PlainTable | null {
    const [key, ...more] = meta.getPrimaryProps();
    const isTable = !meta.virtual && !meta.view && !meta.root.inheritanceType && !meta.versionProperty;
    const schema = meta.schema ?? platform.getDefaultSchemaName();
    if (!key || more.length > 0 || !isTable || schema !== platform.getDefaultSchemaName()) return null;
    return meta.props.every(isPlain) ? new PlainTable(meta, platform, key) : null;
  }

  /** Makes a row of these properties, in this order; null if it takes more than that. */
  insert(row: Readonly<Record<string, unknown>>): string | null {
    if (this.#filled.some((name) => row[name] === undefined || row[name] === null)) return null;
    return this.#remember(this.#inserts, Object.keys(row), (columns) => {
      const places = columns.map((_, index) => `$${index + 1}`);
      return `insert into ${this.#name} (${columns.join(', ')}) values (${places.join(', ')})`;
    });
  }

  /** Sets the properties, in this order, of the row with a key, which comes last; null if it takes more than that. */
  update(properties: readonly string[]): string | null {
    return this.#remember(this.#updates, properties, (columns) => {
      const changes = columns.map((column, index) => `${column} = $${index + 1}`);
      return `update ${this.#name} set ${changes.join(', ')} where ${this.#key} = $${columns.length + 1}`;
    });
  }

  #remember(
    texts: Map<string, string>,
    properties: readonly string[],
    write: (columns: readonly string[]) => string,
  ): string | null {
    const shape = properties.join();
    const known = texts.get(shape);
    if (known !== undefined) return known;
    const columns = properties.map((property) => this.#columns.get(property)).filter((column) => column !== undefined);
    if (columns.length === 0 || columns.length < properties.length) return null;
    const text = write(columns);
    texts.set(shape, text);
    return text;
  }
}

/** A column of its own, read and written as it is; or a collection, which has none. */
function isPlain(property: EntityProperty): boolean {
  const { kind } = property;
  if (kind === ReferenceKind.MANY_TO_MANY || kind === ReferenceKind.ONE_TO_MANY) return true;
  if (kind !== ReferenceKind.SCALAR && kind !== ReferenceKind.MANY_TO_ONE) return false;
  const type = property.customType as object | undefined;
  const isAsStored = !type || !('convertToDatabaseValueSQL' in type || 'convertToJSValueSQL' in type);
  const { formula, generated, version, embedded, persist = true } = property;
  const isMade = [formula, generated, version, embedded].some((made) => made !== undefined && made !== false);
  return property.fieldNames?.length === 1 && isAsStored && !isMade && persist;
}
