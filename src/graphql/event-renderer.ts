import {
  getNamedType,
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  TypeNameMetaFieldDef,
} from 'graphql';
import type {
  FieldNode,
  GraphQLAbstractType,
  GraphQLField,
  GraphQLLeafType,
  GraphQLObjectType,
  GraphQLOutputType,
  GraphQLSchema,
} from 'graphql';
import { selectedFields, type SelectionScope } from './selected-fields.ts';
import { isViewerIndependent, jsonTextOf } from './viewer-independent.ts';

/** The value as JSON text. @throws when GraphQL would report an error for it */
type Write = (value: unknown) => string;

/** Fields of one name, and the document that they are part of. */
export interface Selected {
  readonly scope: SelectionScope;
  readonly nodes: readonly FieldNode[];
}

/** The same once more. */
type SelectedAgain = () => Selected;

/**
 * Whether everything selected follows from the value alone, for every type the value can have. Only then may `writerFor`
 * be used: it knows no viewer.
 */
export function isIndependent(selected: Selected, type: GraphQLOutputType): boolean {
  if (isNonNullType(type) || isListType(type)) return isIndependent(selected, type.ofType as GraphQLOutputType);
  if (isLeafType(type)) return true;
  const { scope } = selected;
  const types = isObjectType(type) ? [type] : scope.schema.getPossibleTypes(type);
  return types.every((possible) =>
    [...fieldsOf(selected, possible)].every(([, nodes]) => {
      const field = fieldOf(possible, nodes);
      return isTypeName(field) || (isViewerIndependent(field) && isIndependent({ scope, nodes }, field.type));
    }),
  );
}

/**
 * What the executor would do with a value of this type, prepared once and without its bookkeeping.
 *
 * A writer stays as long as its subscription, so none may hold on to the document: all that a closure's scope names stays
 * with it. Hence one function for each kind of writer, which is handed what that kind needs.
 */
export function writerFor(type: GraphQLOutputType, selected: Selected, again: SelectedAgain): Write {
  if (isNonNullType(type)) return writerOfNonNull(writerOfPresent(type.ofType, selected, again));
  return writerOfNullable(writerOfPresent(type, selected, again));
}

function writerOfPresent(type: GraphQLOutputType, selected: Selected, again: SelectedAgain): Write {
  if (isListType(type)) return writerOfList(writerFor(type.ofType as GraphQLOutputType, selected, again));
  if (isLeafType(type)) return writerOfLeaf(type);
  if (isObjectType(type)) return writerOfObject(type, selected, again);
  if (isNonNullType(type) || !isAbstractType(type)) throw new TypeError(`${String(type)} has no values of its own.`);
  return writerOfAbstract(type, selected.scope.schema, again);
}

function writerOfNullable(write: Write): Write {
  return (value) => (value == null ? 'null' : write(value));
}

function writerOfNonNull(write: Write): Write {
  return (value) => {
    if (value == null) throw new TypeError('Null where the schema promises a value.');
    return write(value);
  };
}

function writerOfList(write: Write): Write {
  return (value) => `[${Array.from(value as Iterable<unknown>, write).join(',')}]`;
}

function writerOfLeaf(type: GraphQLLeafType): Write {
  return (value) => jsonOf(type.serialize(value));
}

/** Its writers are made when a value of their type comes: there are many types of events, and most streams meet few of them. */
function writerOfAbstract(type: GraphQLAbstractType, schema: GraphQLSchema, again: SelectedAgain): Write {
  const writers = new Map<string, Write>();
  const { resolveType } = type;
  return (value) => {
    const name = resolveType?.(value, undefined, undefined as never, type);
    const known = typeof name === 'string' ? writers.get(name) : undefined;
    if (known) return known(value);
    const object = typeof name === 'string' ? schema.getType(name) : undefined;
    if (!isObjectType(object) || !schema.isSubType(type, object)) throw new TypeError('A value of no known type.');
    const write = writerOfObject(object, again(), again);
    writers.set(object.name, write);
    return write(value);
  };
}

function writerOfObject(type: GraphQLObjectType, selected: Selected, again: SelectedAgain): Write {
  const members: Write[] = [];
  for (const [name, nodes] of fieldsOf(selected, type)) {
    const label = `${members.length === 0 ? '' : ','}${JSON.stringify(name)}:`;
    const field = fieldOf(type, nodes);
    if (isTypeName(field)) members.push(writerOfText(label + JSON.stringify(type.name)));
    else {
      const write = writerOfField(field, { scope: selected.scope, nodes }, memberAgain(again, type, name));
      members.push(writerOfMember(label, write));
    }
  }
  return writerOfMembers(members);
}

/** Of fields without a selection, which look the same in every document. */
const leaves = new WeakMap<GraphQLField<unknown, unknown>, Write>();

/** The value that an object has of the field. */
function writerOfField(field: GraphQLField<unknown, unknown>, selected: Selected, again: SelectedAgain): Write {
  const isLeaf = isLeafType(getNamedType(field.type));
  const known = isLeaf ? leaves.get(field) : undefined;
  if (known) return known;
  const write = writerOfRead(readerOf(field), jsonTextOf(field), writerFor(field.type, selected, again));
  if (isLeaf) leaves.set(field, write);
  return write;
}

function writerOfRead(read: (parent: unknown) => unknown, textOf: ReturnType<typeof jsonTextOf>, write: Write): Write {
  if (textOf) return (value) => textOf(value as object) ?? write(read(value));
  return (value) => write(read(value));
}

function memberAgain(again: SelectedAgain, type: GraphQLObjectType, name: string): SelectedAgain {
  return () => {
    const selected = again();
    return { scope: selected.scope, nodes: fieldsOf(selected, type).get(name) ?? [] };
  };
}

function writerOfText(text: string): Write {
  return () => text;
}

function writerOfMember(label: string, write: Write): Write {
  return (value) => label + write(value);
}

function writerOfMembers(members: readonly Write[]): Write {
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

/** What is selected of a value that is of this type. */
function fieldsOf({ scope, nodes }: Selected, type: GraphQLObjectType): Map<string, FieldNode[]> {
  return selectedFields(
    scope,
    type,
    nodes.flatMap((node) => node.selectionSet ?? []),
  );
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
