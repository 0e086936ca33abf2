import {
  getDirectiveValues,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  isAbstractType,
  Kind,
  typeFromAST,
} from 'graphql';
import type {
  FieldNode,
  FragmentDefinitionNode,
  GraphQLObjectType,
  GraphQLSchema,
  NamedTypeNode,
  SelectionNode,
  SelectionSetNode,
} from 'graphql';

/** A document and the values it runs with. */
export interface SelectionScope {
  readonly schema: GraphQLSchema;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** Coerced. */
  readonly variables: Readonly<Record<string, unknown>>;
}

/** The fields that selection sets select on an object of this type, by response name, in the order the specification gives. */
export function selectedFields(
  scope: SelectionScope,
  type: GraphQLObjectType,
  selectionSets: readonly SelectionSetNode[],
): Map<string, FieldNode[]> {
  const fields = new Map<string, FieldNode[]>();
  const spread = new Set<string>();
  for (const selectionSet of selectionSets) collect(scope, type, selectionSet, fields, spread);
  return fields;
}

function collect(
  scope: SelectionScope,
  type: GraphQLObjectType,
  { selections }: SelectionSetNode,
  fields: Map<string, FieldNode[]>,
  spread: Set<string>,
): void {
  for (const selection of selections) {
    if (!isIncluded(scope, selection)) continue;
    if (selection.kind === Kind.FIELD) {
      const name = selection.alias?.value ?? selection.name.value;
      fields.set(name, [...(fields.get(name) ?? []), selection]);
      continue;
    }
    let fragment:
      | { readonly typeCondition?: NamedTypeNode | undefined; readonly selectionSet: SelectionSetNode }
      | undefined;
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      fragment = selection;
    } else if (!spread.has(selection.name.value)) {
      spread.add(selection.name.value);
      fragment = scope.fragments.get(selection.name.value);
    }
    if (fragment && appliesTo(scope, fragment.typeCondition, type))
      collect(scope, type, fragment.selectionSet, fields, spread);
  }
}

function isIncluded({ variables }: SelectionScope, { directives }: SelectionNode): boolean {
  if (!directives?.length) return true;
  const node = { directives };
  if (getDirectiveValues(GraphQLSkipDirective, node, variables)?.['if'] === true) return false;
  return getDirectiveValues(GraphQLIncludeDirective, node, variables)?.['if'] !== false;
}

function appliesTo({ schema }: SelectionScope, condition: NamedTypeNode | undefined, type: GraphQLObjectType): boolean {
  const conditional = condition && typeFromAST(schema, condition);
  if (!conditional || conditional === type) return true;
  return isAbstractType(conditional) && schema.isSubType(conditional, type);
}
