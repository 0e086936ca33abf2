import {
  getNamedType,
  getNullableType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
} from 'graphql';
import type {
  FieldNode,
  FragmentDefinitionNode,
  GraphQLCompositeType,
  GraphQLField,
  GraphQLSchema,
  OperationDefinitionNode,
  SelectionSetNode,
} from 'graphql';
import { isIntrospection } from './operation-limits.ts';

/** What a connection gives when neither `first` nor `last` is a number. */
const DEFAULT_PAGE_SIZE = 20;
/** What a list without `first` and `last` is taken to hold. */
const ASSUMED_LIST_LENGTH = 10;

interface CostInput {
  readonly schema: GraphQLSchema;
  readonly operation: OperationDefinitionNode;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly variables: Readonly<Record<string, unknown>>;
}

/**
 * The number of fields that a valid operation resolves at most: one per field, times the page size of every list above.
 *
 * Computed for each request, with its variables, and never kept with the document: `first: $n` costs what `$n` says.
 * Of fragments on different object types the dearest counts, since an object has one type. For a subscription this is
 * the cost of one event.
 */
export function operationCost(input: CostInput): number {
  const root = input.schema.getRootType(input.operation.operation);
  return root == null ? 0 : new CostCounter(input).ofSelection(input.operation.selectionSet, root, false);
}

class CostCounter {
  readonly #input: CostInput;
  readonly #fragmentCosts = new Map<string, number>();

  constructor(input: CostInput) {
    this.#input = input;
  }

  /** `paged`: the lists directly in this set are already counted by the page size of the connection around them. */
  ofSelection(selectionSet: SelectionSetNode, parent: GraphQLCompositeType, paged: boolean): number {
    let shared = 0;
    const perType = new Map<string, number>();
    for (const selection of selectionSet.selections) {
      if (selection.kind === Kind.FIELD) {
        shared += this.#ofField(selection, parent, paged);
        continue;
      }
      const { typeName, cost } =
        selection.kind === Kind.INLINE_FRAGMENT
          ? this.#ofFragment(selection.typeCondition?.name.value, selection.selectionSet, parent, paged)
          : this.#ofSpread(selection.name.value, parent, paged);
      if (typeName === parent.name || !isObjectType(this.#input.schema.getType(typeName))) shared += cost;
      else perType.set(typeName, (perType.get(typeName) ?? 0) + cost);
    }
    return shared + Math.max(0, ...perType.values());
  }

  #ofField(node: FieldNode, parent: GraphQLCompositeType, paged: boolean): number {
    const field = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[node.name.value] : undefined;
    if (field === undefined || node.selectionSet === undefined || isIntrospection(node.name.value)) return 1;
    const type = getNamedType(field.type);
    if (!isCompositeType(type)) return 1;
    const isConnection = pageArguments(field).length > 0;
    return 1 + this.#lengthOf(field, node, paged) * this.ofSelection(node.selectionSet, type, isConnection);
  }

  #lengthOf(field: GraphQLField<unknown, unknown>, node: FieldNode, paged: boolean): number {
    const names = pageArguments(field);
    if (names.length === 0) return isListType(getNullableType(field.type)) && !paged ? ASSUMED_LIST_LENGTH : 1;
    const sizes = names.map((name) => this.#argumentValue(node, name)).filter((size) => size !== undefined);
    return sizes.length === 0 ? DEFAULT_PAGE_SIZE : Math.max(...sizes);
  }

  #argumentValue(node: FieldNode, name: string): number | undefined {
    const value = node.arguments?.find((argument) => argument.name.value === name)?.value;
    if (value?.kind === Kind.INT) return Math.max(0, Number(value.value));
    if (value?.kind !== Kind.VARIABLE) return undefined;
    const given = this.#input.variables[value.name.value];
    if (typeof given === 'number') return Math.max(0, given);
    const definition = this.#input.operation.variableDefinitions?.find(
      (candidate) => candidate.variable.name.value === value.name.value,
    );
    return definition?.defaultValue?.kind === Kind.INT ? Math.max(0, Number(definition.defaultValue.value)) : undefined;
  }

  #ofFragment(
    typeName: string | undefined,
    selectionSet: SelectionSetNode,
    parent: GraphQLCompositeType,
    paged: boolean,
  ): { typeName: string; cost: number } {
    const type = typeName === undefined ? parent : this.#input.schema.getType(typeName);
    if (!isCompositeType(type)) return { typeName: parent.name, cost: 0 };
    return { typeName: type.name, cost: this.ofSelection(selectionSet, type, paged) };
  }

  #ofSpread(name: string, parent: GraphQLCompositeType, paged: boolean): { typeName: string; cost: number } {
    const fragment = this.#input.fragments.get(name);
    if (fragment === undefined) return { typeName: parent.name, cost: 0 };
    const typeName = fragment.typeCondition.name.value;
    const key = `${name} ${paged}`;
    const cost = this.#fragmentCosts.get(key) ?? this.#ofFragment(typeName, fragment.selectionSet, parent, paged).cost;
    this.#fragmentCosts.set(key, cost);
    return { typeName, cost };
  }
}

function pageArguments(field: GraphQLField<unknown, unknown>): string[] {
  return field.args.map((argument) => argument.name).filter((name) => name === 'first' || name === 'last');
}
