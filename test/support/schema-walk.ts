import {
  getNamedType,
  getNullableType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isRequiredInputField,
  isRequiredArgument,
  isScalarType,
} from 'graphql';
import { BEGINNING } from './event-follower.ts';

export interface RootField {
  readonly kind: 'query' | 'mutation' | 'subscription';
  readonly field: GraphQLField<unknown, unknown>;
}

/** One place in the arguments of a root field where a leaf value stands. */
export interface ArgumentPlace {
  readonly root: RootField;
  /** From the argument inwards; list items are `0`. */
  readonly path: readonly string[];
  readonly typeName: string;
}

export interface Operation {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Every field a client can begin with, in the order of the schema. */
export function rootFields(schema: GraphQLSchema): RootField[] {
  return (['query', 'mutation', 'subscription'] as const).flatMap((kind) => {
    const { [kind]: type } = {
      query: schema.getQueryType(),
      mutation: schema.getMutationType(),
      subscription: schema.getSubscriptionType(),
    };
    return Object.values(type?.getFields() ?? {}).map((field) => ({ kind, field }));
  });
}

/** Every place of every root field that takes a scalar of one of these names. */
export function argumentPlaces(schema: GraphQLSchema, typeNames: readonly string[]): ArgumentPlace[] {
  return rootFields(schema)
    .flatMap((root) =>
      root.field.args.flatMap((argument) =>
        leavesOf(argument.type, [argument.name], new Set()).map(({ path, typeName }) => ({ root, path, typeName })),
      ),
    )
    .filter(({ typeName }) => typeNames.includes(typeName));
}

function leavesOf(
  type: GraphQLInputType,
  path: readonly string[],
  above: ReadonlySet<string>,
): { path: readonly string[]; typeName: string }[] {
  const nullable = getNullableType(type);
  if (isListType(nullable)) return leavesOf(nullable.ofType, [...path, '0'], above);
  if (isScalarType(nullable)) return [{ path, typeName: nullable.name }];
  if (!isInputObjectType(nullable) || above.has(nullable.name)) return [];
  const deeper = new Set([...above, nullable.name]);
  return Object.values(nullable.getFields()).flatMap((field) => leavesOf(field.type, [...path, field.name], deeper));
}

/** The arguments a root field requires, filled with harmless values of the right types that name nothing there is. */
export function harmlessArguments({ field }: RootField): Record<string, unknown> {
  const required = field.args.filter(isRequiredArgument);
  return Object.fromEntries(required.map((argument) => [argument.name, harmlessValue(argument.type)]));
}

const HARMLESS: Readonly<Record<string, unknown>> = {
  ID: '00000000-0000-7000-8000-000000000000',
  String: 'text',
  Int: 1,
  SafeInt: 1,
  Float: 1.5,
  Boolean: true,
  DateTime: '2026-01-01T00:00:00Z',
  Cursor: BEGINNING,
  JSON: {},
};

/** A value that any server would take, and that names nothing. */
export function harmlessValue(type: GraphQLInputType): unknown {
  const nullable = getNullableType(type);
  if (isListType(nullable)) return [harmlessValue(nullable.ofType)];
  if (isEnumType(nullable)) return nullable.getValues()[0]?.name;
  if (!isInputObjectType(nullable)) return HARMLESS[nullable.name];
  const required = Object.values(nullable.getFields()).filter(isRequiredInputField);
  return Object.fromEntries(required.map((field) => [field.name, harmlessValue(field.type)]));
}

/** The operation with harmless arguments but for one place. */
export function operationWith(place: ArgumentPlace, value: unknown): Operation {
  return operationOf(place.root, putAt(harmlessArguments(place.root), place.root.field.args, place.path, value));
}

function putAt(
  target: Record<string, unknown>,
  fields: readonly { readonly name: string; readonly type: GraphQLInputType }[],
  [name = '', ...rest]: readonly string[],
  value: unknown,
): Record<string, unknown> {
  const field = fields.find((candidate) => candidate.name === name);
  if (!field) throw new Error(`There is no argument ${name}.`);
  return { ...target, [name]: valueAt(target[name] ?? harmlessValue(field.type), field.type, rest, value) };
}

function valueAt(present: unknown, type: GraphQLInputType, path: readonly string[], value: unknown): unknown {
  if (path.length === 0) return value;
  const nullable = getNullableType(type);
  if (isListType(nullable)) return [valueAt(harmlessValue(nullable.ofType), nullable.ofType, path.slice(1), value)];
  if (!isInputObjectType(nullable)) throw new Error('A path leads into a leaf.');
  return putAt(present as Record<string, unknown>, Object.values(nullable.getFields()), path, value);
}

/** Everything in variables; the smallest selection that is valid. */
export function operationOf({ kind, field }: RootField, variables: Record<string, unknown>): Operation {
  const given = field.args.filter((argument) => argument.name in variables);
  const declared = given.map((argument) => `$${argument.name}: ${String(argument.type)}`).join(', ');
  const passed = given.map((argument) => `${argument.name}: $${argument.name}`).join(', ');
  return { query: documentOf(kind, declared, field, passed), variables };
}

/** The same with every value written into the document. */
export function literalOperationOf({ kind, field }: RootField, values: Record<string, unknown>): Operation {
  const passed = field.args
    .filter((argument) => argument.name in values)
    .map((argument) => `${argument.name}: ${literalOf(argument.type, values[argument.name])}`)
    .join(', ');
  return { query: documentOf(kind, '', field, passed), variables: {} };
}

function documentOf(kind: string, declared: string, field: GraphQLField<unknown, unknown>, passed: string): string {
  const inBrackets = (text: string): string => (text === '' ? '' : `(${text})`);
  const selection = isLeafType(getNamedType(field.type)) ? '' : ' { __typename }';
  return `${kind}${inBrackets(declared)} { ${field.name}${inBrackets(passed)}${selection} }`;
}

function literalOf(type: GraphQLInputType, value: unknown): string {
  const nullable = getNullableType(type);
  if (isListType(nullable))
    return `[${(value as unknown[]).map((item) => literalOf(nullable.ofType, item)).join(', ')}]`;
  if (isEnumType(nullable)) return String(value);
  if (!isInputObjectType(nullable) || typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = nullable.getFields();
  const entries = Object.entries(value).flatMap(([name, inner]) => {
    const field = fields[name];
    return field && inner !== undefined ? [`${name}: ${literalOf(field.type, inner)}`] : [];
  });
  return `{ ${entries.join(', ')} }`;
}
