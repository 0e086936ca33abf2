/** The part of JSON Schema that schema/events.json is written in. */
interface JsonSchema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
  readonly description?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly type?: string | readonly string[];
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
}

/** schema/events.json: the versions of each event type. */
export type EventContract = Readonly<
  Record<string, Readonly<Record<string, { readonly aggregateType: string; readonly data: JsonSchema }>>>
>;

const PLAIN: Readonly<Record<string, string>> = {
  string: 'string',
  number: 'number',
  integer: 'number',
  boolean: 'boolean',
  null: 'null',
};

/**
 * TypeScript types of the newest version of each event, and the union of them all. The server hands out no older version.
 * @throws Error for a schema that has no type here: a wrong type would be worse than none.
 */
export function printEventTypes(contract: EventContract): string {
  const definitions = new Map<string, string>();
  const events = Object.entries(contract).map(([type, versions]) => {
    const schemaVersion = Math.max(...Object.keys(versions).map(Number));
    const version = versions[schemaVersion];
    if (version === undefined) throw new Error(`${type} has no version.`);
    for (const [name, schema] of Object.entries(version.data.$defs ?? {})) define(definitions, name, printType(schema));
    return { type, name: pascalCase(type), schemaVersion, aggregateType: version.aggregateType, data: version.data };
  });
  return [
    "import type { RecordedEvent } from './domain-event.ts';\n",
    ...[...definitions.keys()].toSorted().map((name) => `export type ${name} = ${definitions.get(name)};\n`),
    ...events.map(
      ({ type, name, schemaVersion, aggregateType, data }) =>
        `/** Schema version ${schemaVersion}. */\nexport type ${name} = RecordedEvent<'${type}', '${aggregateType}', ${printType(data)}>;\n`,
    ),
    `/** Every event this version of the package knows. */\nexport type KnownEvent =\n${events.map(({ name }) => `  | ${name}`).join('\n')};\n`,
    `export const KNOWN_EVENT_TYPES: ReadonlySet<string> = new Set<KnownEvent['type']>([\n${events.map(({ type }) => `  '${type}',`).join('\n')}\n]);\n`,
  ].join('\n');
}

function define(definitions: Map<string, string>, name: string, text: string): void {
  const other = definitions.get(name);
  if (other !== undefined && other !== text) throw new Error(`Two events mean different things by ${name}.`);
  definitions.set(name, text);
}

function printType(schema: JsonSchema): string {
  if (schema.$ref !== undefined) return schema.$ref.replace(/^#\/\$defs\//, '');
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (alternatives) return alternatives.map(printType).join(' | ');
  if (typeof schema.type === 'object') return schema.type.map((type) => printType({ ...schema, type })).join(' | ');
  if (schema.type === 'array') return `ReadonlyArray<${schema.items ? printType(schema.items) : 'unknown'}>`;
  if (schema.type === 'object') return printObject(schema);
  if (schema.type === undefined) return 'unknown';
  const plain = PLAIN[schema.type];
  if (plain === undefined) throw new Error(`There is no type for ${JSON.stringify(schema)}.`);
  return plain;
}

function printObject({ properties, required = [], additionalProperties }: JsonSchema): string {
  if (properties) {
    const fields = Object.entries(properties).map(
      ([name, schema]) =>
        `${comment(schema)}readonly ${name}${required.includes(name) ? '' : '?'}: ${printType(schema)}`,
    );
    return `{ ${fields.join('; ')} }`;
  }
  const values = typeof additionalProperties === 'object' ? printType(additionalProperties) : 'unknown';
  return `Readonly<Record<string, ${values}>>`;
}

function comment({ description }: JsonSchema): string {
  return description === undefined ? '' : `/** ${description.replaceAll('*/', '*\\/')} */ `;
}

/** USER_CREATED → UserCreated, as the GraphQL type is called. */
function pascalCase(type: string): string {
  return type.toLowerCase().replace(/(^|_)([a-z0-9])/g, (_match, _bar: string, letter: string) => letter.toUpperCase());
}
