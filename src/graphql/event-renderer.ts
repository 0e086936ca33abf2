import { isAbstractType, isLeafType, isListType, isNonNullType, isObjectType, TypeNameMetaFieldDef } from 'graphql';
import type { FieldNode, GraphQLField, GraphQLObjectType, GraphQLOutputType, SelectionSetNode } from 'graphql';
import { selectedFields, type SelectionScope } from './selected-fields.ts';
import { isViewerIndependent, jsonTextOf } from './viewer-independent.ts';

/** The value as JSON text. @throws when GraphQL would report an error for it */
type Write = (value: unknown) => string;

/**
 * Whether everything selected follows from the value alone, for every type the value can have. Only then may `writerFor`
 * be used: it knows no viewer.
 */
export function isIndependent(scope: SelectionScope, type: GraphQLOutputType, nodes: readonly FieldNode[]): boolean {
  if (isNonNullType(type) || isListType(type)) return isIndependent(scope, type.ofType as GraphQLOutputType, nodes);
  if (isLeafType(type)) return true;
  const types = isObjectType(type) ? [type] : scope.schema.getPossibleTypes(type);
  return types.every((possible) =>
    [...selectedFields(scope, possible, selectionSetsOf(nodes))].every(([, selected]) => {
      const field = fieldOf(possible, selected);
      return isTypeName(field) || (isViewerIndependent(field) && isIndependent(scope, field.type, selected));
    }),
  );
}

/** What the executor would do with a value of this type, prepared once and without its bookkeeping. */
export function writerFor(scope: SelectionScope, type: GraphQLOutputType, nodes: readonly FieldNode[]): Write {
  if (isNonNullType(type)) return writerOfNonNull(scope, type.ofType, nodes);
  const write = writerOfPresent(scope, type, nodes);
  return (value) => (value == null ? 'null' : write(value));
}

function writerOfNonNull(scope: SelectionScope, type: GraphQLOutputType, nodes: readonly FieldNode[]): Write {
  const write = writerOfPresent(scope, type, nodes);
  return (value) => {
    if (value == null) throw new TypeError('Null where the schema promises a value.');
    return write(value);
  };
}

function writerOfPresent(scope: SelectionScope, type: GraphQLOutputType, nodes: readonly FieldNode[]): Write {
  if (isListType(type)) {
    const write = writerFor(scope, type.ofType as GraphQLOutputType, nodes);
    return (value) => `[${Array.from(value as Iterable<unknown>, write).join(',')}]`;
  }
  if (isLeafType(type)) return (value) => jsonOf(type.serialize(value));
  if (isObjectType(type)) return writerOfObject(scope, type, nodes);
  if (isNonNullType(type) || !isAbstractType(type)) throw new TypeError(`${String(type)} has no values of its own.`);
  // Made when a value of the type comes: there are many types of events, and most streams meet few of them.
  const writers = new Map<string, Write>();
  const { resolveType } = type;
  return (value) => {
    const name = resolveType?.(value, undefined, undefined as never, type);
    const known = typeof name === 'string' ? writers.get(name) : undefined;
    if (known) return known(value);
    const object = typeof name === 'string' ? scope.schema.getType(name) : undefined;
    if (!isObjectType(object) || !scope.schema.isSubType(type, object))
      throw new TypeError('A value of no known type.');
    const write = writerOfObject(scope, object, nodes);
    writers.set(object.name, write);
    return write(value);
  };
}

function writerOfObject(scope: SelectionScope, type: GraphQLObjectType, nodes: readonly FieldNode[]): Write {
  const members = [...selectedFields(scope, type, selectionSetsOf(nodes))].map(([name, selected], index) => {
    const field = fieldOf(type, selected);
    const label = `${index === 0 ? '' : ','}${JSON.stringify(name)}:`;
    if (isTypeName(field)) return () => `${label}${JSON.stringify(type.name)}`;
    const write = writerFor(scope, field.type, selected);
    const read = readerOf(field);
    const textOf = jsonTextOf(field);
    if (textOf) return (value: unknown) => label + (textOf(value as object) ?? write(read(value)));
    return (value: unknown) => label + write(read(value));
  });
  return (value) => {
    let text = '{';
    for (const member of members) text += member(value);
    return `${text}}`;
  };
}

function readerOf({ name, resolve }: GraphQLField<unknown, unknown>): (parent: unknown) => unknown {
  if (!resolve) return (parent) => (parent as Record<string, unknown>)[name];
  // No context and no request: a resolver that looks at them is none that depends on its parent alone.
  return (parent) => {
    const value = resolve(parent, {}, undefined, undefined as never);
    if (value instanceof Promise || value instanceof Error) throw new TypeError(`${name} has no value at hand.`);
    return value;
  };
}

/** Of free-form values, which stand in many documents: an event's `data` is written once for all of them. */
const texts = new WeakMap<object, string>();

function jsonOf(value: unknown): string {
  if (typeof value === 'object' && value !== null) {
    const known = texts.get(value) ?? JSON.stringify(value);
    texts.set(value, known);
    return known;
  }
  const text = value == null ? undefined : JSON.stringify(value);
  if (text === undefined) throw new TypeError('A scalar without a value.');
  return text;
}

function selectionSetsOf(nodes: readonly FieldNode[]): SelectionSetNode[] {
  return nodes.flatMap((node) => node.selectionSet ?? []);
}

function fieldOf(type: GraphQLObjectType, [node]: readonly FieldNode[]): GraphQLField<unknown, unknown> {
  const name = node?.name.value ?? '';
  const field = name === TypeNameMetaFieldDef.name ? TypeNameMetaFieldDef : type.getFields()[name];
  if (!field) throw new TypeError(`${type.name} has no field ${name}.`);
  return field;
}

function isTypeName(field: GraphQLField<unknown, unknown>): boolean {
  return field === TypeNameMetaFieldDef;
}
