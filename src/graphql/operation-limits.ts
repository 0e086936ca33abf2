import { GraphQLError, Kind, visit } from 'graphql';
import type { DocumentNode, FragmentDefinitionNode, OperationDefinitionNode, SelectionSetNode } from 'graphql';
import type { TransportLimits } from '../config/config.ts';

type DocumentLimits = Pick<TransportLimits, 'maxDepth' | 'maxAliases' | 'maxDirectives' | 'maxRootFields'>;

/** What one selection set amounts to once its fragments are spread. */
interface Extent {
  /** Levels of fields, the leaves included. */
  readonly depth: number;
  readonly aliases: number;
  /** Fields of the set itself, not of those below. */
  readonly fields: number;
}

const NOTHING: Extent = { depth: 0, aliases: 0, fields: 0 };

/**
 * Refuses a document that asks for more than the limits allow; returns no error when all its operations fit.
 *
 * The verdict depends on the document alone, never on the caller, because it is kept with the document. Runs before the
 * rules of the specification, some of which take quadratic time, so it meets documents that are not valid: unknown and
 * cyclic fragments count as nothing here and are refused there.
 */
export function findExcess(document: DocumentNode, limits: DocumentLimits): GraphQLError[] {
  const fragments = fragmentsOf(document);
  const known = new Map<string, Extent>();
  const errors: GraphQLError[] = [];
  const check = (operation: OperationDefinitionNode, what: string, actual: number, limit: number): void => {
    if (actual > limit) errors.push(excess(`The operation has more than ${limit} ${what}.`, operation));
  };
  for (const operation of document.definitions) {
    if (operation.kind !== Kind.OPERATION_DEFINITION) continue;
    const extent = extentOf(operation.selectionSet, fragments, known);
    check(operation, 'levels of fields', extent.depth, limits.maxDepth);
    check(operation, 'aliases', extent.aliases, limits.maxAliases);
    check(operation, 'root fields', extent.fields, limits.maxRootFields);
  }
  if (countDirectives(document) > limits.maxDirectives) {
    errors.push(excess(`The document has more than ${limits.maxDirectives} directives.`));
  }
  return errors;
}

export function fragmentsOf(document: DocumentNode): Map<string, FragmentDefinitionNode> {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  return fragments;
}

/** Introspection nests deeper than any data; its own depth is bounded by a rule of graphql-js. */
export function isIntrospection(fieldName: string): boolean {
  return fieldName === '__schema' || fieldName === '__type';
}

function extentOf(
  selectionSet: SelectionSetNode | undefined,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  known: Map<string, Extent>,
): Extent {
  let { depth, aliases, fields } = NOTHING;
  for (const selection of selectionSet?.selections ?? []) {
    if (selection.kind === Kind.FIELD) {
      const below = extentOf(selection.selectionSet, fragments, known);
      depth = Math.max(depth, isIntrospection(selection.name.value) ? 1 : below.depth + 1);
      aliases += below.aliases + (selection.alias === undefined ? 0 : 1);
      fields += 1;
      continue;
    }
    const spread =
      selection.kind === Kind.INLINE_FRAGMENT
        ? extentOf(selection.selectionSet, fragments, known)
        : extentOfFragment(selection.name.value, fragments, known);
    depth = Math.max(depth, spread.depth);
    aliases += spread.aliases;
    fields += spread.fields;
  }
  return { depth, aliases, fields };
}

function extentOfFragment(
  name: string,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  known: Map<string, Extent>,
): Extent {
  const extent = known.get(name);
  if (extent !== undefined) return extent;
  known.set(name, NOTHING);
  const measured = extentOf(fragments.get(name)?.selectionSet, fragments, known);
  known.set(name, measured);
  return measured;
}

function countDirectives(document: DocumentNode): number {
  let count = 0;
  visit(document, {
    Directive() {
      count += 1;
    },
  });
  return count;
}

function excess(message: string, operation?: OperationDefinitionNode): GraphQLError {
  return new GraphQLError(message, { nodes: operation ?? null });
}
