import {
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isLeafType,
  isObjectType,
  isUnionType,
  type OperationTypeNode,
} from 'graphql';
import { eventTypeName } from '../../../src/graphql/domain-event.type.ts';
import { type RootField, rootFields } from '../../support/schema-walk.ts';

/** One field on the way to an object; `on` narrows what it gives to one type. */
export interface Step {
  readonly field: string;
  readonly on: string | null;
}

/** An object reached by one way, and its fields that are looked at there. */
export interface Stop {
  readonly name: string;
  readonly root: RootField;
  readonly steps: readonly Step[];
  readonly type: string;
  readonly leaves: readonly string[];
  /** Of event types: the type of event to ask the log for. */
  readonly eventType: string | null;
}

const MAX_STEPS = 7;
const EVENT = 'DomainEvent';

/**
 * Every edge of the schema once: each field that gives an object, by the shortest way to it, so that an object is looked at
 * nested, in lists, by `node`, in the payload of a mutation and in a subscription. Mutations with `paid` get a stop for
 * each object of their payload, others one for the payload.
 */
export function collectStops(schema: GraphQLSchema, paid: ReadonlySet<string>): Stop[] {
  return new PathCollector(schema).collect(paid);
}

/** `Type.field` of everything the stops look at or pass. */
export function coveredFields(schema: GraphQLSchema, stops: readonly Stop[]): Set<string> {
  const covered = new Set<string>();
  for (const { root, steps, type, leaves } of stops) {
    const rootType = schema.getRootType(root.kind as OperationTypeNode);
    covered.add(`${rootType?.name ?? ''}.${root.field.name}`);
    let parent: GraphQLNamedType = getNamedType(root.field.type);
    const [first, ...rest] = steps;
    if (first?.on) parent = typeNamed(schema, first.on);
    for (const { field, on } of rest) {
      covered.add(`${parent.name}.${field}`);
      parent = on === null ? getNamedType(fieldsOf(parent)[field]?.type as GraphQLOutputType) : typeNamed(schema, on);
    }
    for (const leaf of leaves) covered.add(`${type}.${leaf}`);
  }
  // What all events have is looked at once, on the interface.
  const shared = [...covered]
    .filter((field) => field.startsWith(`${EVENT}.`))
    .map((field) => field.slice(EVENT.length + 1));
  for (const type of Object.values(schema.getTypeMap()).filter(isEvent)) {
    for (const field of shared) covered.add(`${type.name}.${field}`);
  }
  return covered;
}

/** `Type.field` of every field of an object type that is no introspection. */
export function allFields(schema: GraphQLSchema): string[] {
  return Object.values(schema.getTypeMap())
    .filter((type): type is GraphQLObjectType => isObjectType(type) && !type.name.startsWith('__'))
    .flatMap((type) => Object.keys(type.getFields()).map((field) => `${type.name}.${field}`));
}

interface Reached {
  readonly type: GraphQLNamedType;
  readonly root: RootField;
  readonly steps: readonly Step[];
  readonly eventType: string | null;
}

class PathCollector {
  readonly #schema: GraphQLSchema;
  readonly #stops: Stop[] = [];
  readonly #visited = new Set<string>();
  readonly #queue: Reached[] = [];

  constructor(schema: GraphQLSchema) {
    this.#schema = schema;
  }

  collect(paid: ReadonlySet<string>): Stop[] {
    for (const root of rootFields(this.#schema)) {
      if (root.kind === 'mutation') this.#payload(root, paid.has(root.field.name));
      else this.#enter(root, root.kind === 'query');
    }
    this.#events();
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) this.#below(next);
    return this.#stops;
  }

  #enter(root: RootField, goesOn: boolean): void {
    for (const { type, on } of this.#targets(root.field.type)) {
      const reached = { type, root, steps: [{ field: root.field.name, on }], eventType: null };
      this.#stop(reached);
      if (goesOn) this.#visit(reached);
    }
  }

  #payload(root: RootField, hasScenario: boolean): void {
    const payload = this.#members(getNamedType(root.field.type)).find((type) => !implementsError(type));
    if (!payload) return;
    const reached = { type: payload, root, steps: [{ field: root.field.name, on: payload.name }], eventType: null };
    this.#stop(reached);
    if (hasScenario) this.#below(reached, false);
  }

  /** The types of events, through the log; what all events have is looked at by every other way. */
  #events(): void {
    const log = rootFields(this.#schema).find(({ kind, field }) => kind === 'query' && field.name === 'events');
    const types = this.#schema.getType('DomainEventType');
    if (!log || !types || !('getValues' in types)) return;
    for (const { name } of types.getValues()) {
      const type = typeNamed(this.#schema, eventTypeName(name));
      const steps = ['events', 'edges', 'node'].map((field) => ({ field, on: field === 'node' ? type.name : null }));
      const reached = { type, root: log, steps, eventType: name };
      this.#stop(reached);
      this.#visit(reached);
    }
  }

  #below({ type, root, steps, eventType }: Reached, goesOn = true): void {
    if (steps.length >= MAX_STEPS) return;
    for (const field of Object.values(fieldsOf(type))) {
      if (isLeafType(getNamedType(field.type)) || isSharedByEvents(type, field)) continue;
      for (const target of this.#targets(field.type)) {
        const reached = {
          type: target.type,
          root,
          steps: [...steps, { field: field.name, on: target.on }],
          eventType,
        };
        this.#stop(reached);
        if (goesOn) this.#visit(reached);
      }
    }
  }

  #visit(reached: Reached): void {
    if (this.#visited.has(reached.type.name)) return;
    this.#visited.add(reached.type.name);
    this.#queue.push(reached);
  }

  #stop({ type, root, steps, eventType }: Reached): void {
    const leaves = Object.values(fieldsOf(type))
      .filter((field) => isLeafType(getNamedType(field.type)) && !(eventType !== null && isSharedByEvents(type, field)))
      .map(({ name }) => name)
      .sort();
    const way = steps.map(({ field, on }) => (on === null || on === type.name ? field : `${field}(${on})`)).join(' › ');
    if (eventType !== null && leaves.length === 0) return;
    this.#stops.push({ name: `${root.kind} ${way}: ${type.name}`, root, steps, type: type.name, leaves, eventType });
  }

  /** What a field can give: an object as it is, an event as an event, of other abstract types each member. */
  #targets(output: GraphQLOutputType): { type: GraphQLNamedType; on: string | null }[] {
    const type = getNamedType(output);
    if (!isCompositeType(type)) return [];
    if (!isAbstractType(type) || type.name === EVENT) return [{ type, on: null }];
    return this.#members(type)
      .filter((member) => !isEvent(member) && !implementsError(member))
      .map((member) => ({ type: member, on: member.name }));
  }

  #members(type: GraphQLNamedType): readonly GraphQLObjectType[] {
    if (isUnionType(type) || isInterfaceType(type)) return this.#schema.getPossibleTypes(type);
    return isObjectType(type) ? [type] : [];
  }
}

function fieldsOf(type: GraphQLNamedType): Readonly<Record<string, GraphQLField<unknown, unknown>>> {
  return isObjectType(type) || isInterfaceType(type) ? type.getFields() : {};
}

function typeNamed(schema: GraphQLSchema, name: string): GraphQLNamedType {
  const type = schema.getType(name);
  if (!type) throw new Error(`There is no type ${name}.`);
  return type;
}

function implementsError(type: GraphQLNamedType): boolean {
  return isObjectType(type) && type.getInterfaces().some(({ name }) => name === 'Error');
}

function isEvent(type: GraphQLNamedType): boolean {
  return isObjectType(type) && type.getInterfaces().some(({ name }) => name === EVENT);
}

/** Looked at once, on the interface. */
function isSharedByEvents(type: GraphQLNamedType, { name }: GraphQLField<unknown, unknown>): boolean {
  if (!isEvent(type) || !isObjectType(type)) return false;
  const shared = type.getInterfaces().find((candidate) => candidate.name === EVENT);
  return shared !== undefined && name in shared.getFields();
}
