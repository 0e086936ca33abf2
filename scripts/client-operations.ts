import {
  getNamedType,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  print,
  type SelectionSetNode,
  stripIgnoredCharacters,
  TypeInfo,
  validate,
  visit,
  visitWithTypeInfo,
} from 'graphql';

/** One file of schema/operations or of its folder of fragments. */
export interface OperationFile {
  /** Without folder and ending. */
  readonly name: string;
  readonly document: DocumentNode;
}

const EVENT = 'DomainEvent';
const KINDS = [OperationTypeNode.QUERY, OperationTypeNode.MUTATION, OperationTypeNode.SUBSCRIPTION];

/**
 * What is wrong with the operations that the SDK is made of. Each file holds one operation of one root field, or one
 * fragment, of the file's name. An event is always selected as the fragment DomainEvent, since its type in the SDK is
 * made from schema/events.json.
 */
export function findOperationFaults(schema: GraphQLSchema, files: readonly OperationFile[]): string[] {
  const everything = joined(files);
  const faults = validate(schema, everything).map((error) => error.message);
  if (faults.length > 0) return faults;
  const methods = new Map<string, string>();
  for (const { name, document } of files) {
    const [definition, ...others] = document.definitions;
    const isFragment = definition?.kind === Kind.FRAGMENT_DEFINITION;
    if (!definition || others.length > 0 || !(isFragment || definition.kind === Kind.OPERATION_DEFINITION)) {
      faults.push(`${name}: one operation or one fragment to a file.`);
      continue;
    }
    if (definition.name?.value !== name) faults.push(`${name}: what is in it must have the file’s name.`);
    if (isFragment) continue;
    if (!rootField(definition)) faults.push(`${name}: the SDK gives the value of one root field, without alias.`);
    const other = methods.get(methodName(definition));
    if (other !== undefined) faults.push(`${name} and ${other} would be one method of the client.`);
    methods.set(methodName(definition), name);
  }
  return [...faults, ...findPartialEvents(schema, everything)];
}

/** The root fields that no operation of the SDK offers. */
export function findMissingOperations(schema: GraphQLSchema, files: readonly OperationFile[]): string[] {
  const offered = new Set(
    operationsOf(files).map((operation) => `${operation.operation} ${rootField(operation)?.name.value ?? ''}`),
  );
  return KINDS.flatMap((kind) =>
    Object.keys(schema.getRootType(kind)?.getFields() ?? {})
      .map((field) => `${kind} ${field}`)
      .filter((field) => !offered.has(field)),
  );
}

/** The documents as text without superfluous characters, and each operation with its types and name. */
export function printOperationMap(files: readonly OperationFile[]): string {
  const texts = fragmentsOf(files).map((fragment) => `const ${fragment.name.value}Text = ${textOf(fragment)};`);
  const groups = KINDS.map((kind) => {
    const members = operationsOf(files)
      .filter(({ operation }) => operation === kind)
      .map((operation) => `    ${methodName(operation)}: ${printOperation(operation, files)},`);
    return `  ${kind}: {\n${members.join('\n')}\n  },`;
  });
  return `${texts.join('\n')}\n\nexport const operations = {\n${groups.join('\n')}\n} as const;\n`;
}

function printOperation(operation: OperationDefinitionNode, files: readonly OperationFile[]): string {
  const name = operation.name?.value ?? '';
  const type = `${name}${operation.operation.charAt(0).toUpperCase()}${operation.operation.slice(1)}`;
  const fragments = [...usedFragments(operation, files)].map((fragment) => `${fragment}Text`);
  return `typed<${type}, ${type}Variables>(${[textOf(operation), ...fragments].join(' + ')})`;
}

function textOf(definition: OperationDefinitionNode | FragmentDefinitionNode): string {
  return `'${stripIgnoredCharacters(print(definition)).replaceAll("'", String.raw`\'`)}'`;
}

/** In the order of their first use, also those that other fragments use. */
function usedFragments(operation: OperationDefinitionNode, files: readonly OperationFile[]): Set<string> {
  const byName = new Map(fragmentsOf(files).map((fragment) => [fragment.name.value, fragment]));
  const used = new Set<string>();
  const collect = (definition: OperationDefinitionNode | FragmentDefinitionNode): void => {
    visit(definition, {
      FragmentSpread({ name: { value } }) {
        const fragment = byName.get(value);
        if (!fragment || used.has(value)) return;
        used.add(value);
        collect(fragment);
      },
    });
  };
  collect(operation);
  return used;
}

function findPartialEvents(schema: GraphQLSchema, document: DocumentNode): string[] {
  const faults: string[] = [];
  const info = new TypeInfo(schema);
  visit(
    document,
    visitWithTypeInfo(info, {
      Field(field) {
        if (getNamedType(info.getType())?.name !== EVENT || isWholeEvent(field.selectionSet)) return;
        faults.push(`${field.name.value}: select an event as { ...${EVENT} }, without more or less.`);
      },
    }),
  );
  return faults;
}

function isWholeEvent(selectionSet: SelectionSetNode | undefined): boolean {
  const [only, ...more] = selectionSet?.selections ?? [];
  return only?.kind === Kind.FRAGMENT_SPREAD && only.name.value === EVENT && more.length === 0;
}

function rootField(operation: OperationDefinitionNode): FieldNode | null {
  const [field, ...others] = operation.selectionSet.selections;
  return field?.kind === Kind.FIELD && !field.alias && others.length === 0 ? field : null;
}

function methodName({ name }: OperationDefinitionNode): string {
  const text = name?.value ?? '';
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function operationsOf(files: readonly OperationFile[]): OperationDefinitionNode[] {
  return joined(files).definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
}

function fragmentsOf(files: readonly OperationFile[]): FragmentDefinitionNode[] {
  return joined(files).definitions.filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION);
}

export function joined(files: readonly OperationFile[]): DocumentNode {
  return { kind: Kind.DOCUMENT, definitions: files.flatMap(({ document }) => document.definitions) };
}
