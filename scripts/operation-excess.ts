import { type DocumentNode, type GraphQLSchema, Kind, type OperationDefinitionNode } from 'graphql';
import type { TransportLimits } from '../src/config/config.ts';
import { operationCost } from '../src/graphql/operation-cost.ts';
import { findExcess, fragmentsOf } from '../src/graphql/operation-limits.ts';

const LARGEST_PAGE = 100;

/** The operations that the server would refuse for their size, with the largest page if they are paged. */
export function findExcessiveOperations(
  schema: GraphQLSchema,
  document: DocumentNode,
  limits: TransportLimits,
): string[] {
  const fragments = fragmentsOf(document);
  const excess = findExcess(document, limits).map(({ message, nodes }) => `${nameOf(nodes?.[0])}: ${message}`);
  const costly = document.definitions
    .filter((definition) => definition.kind === Kind.OPERATION_DEFINITION)
    .map((operation) => {
      const cost = operationCost({ schema, operation, fragments, variables: { first: LARGEST_PAGE } });
      return { name: nameOf(operation), cost };
    })
    .filter(({ cost }) => cost > limits.maxCost)
    .map(
      ({ name, cost }) =>
        `${name}: a page of ${LARGEST_PAGE} costs ${cost}, and the server allows ${limits.maxCost}. Leave the lists out.`,
    );
  return [...excess, ...costly];
}

function nameOf(node: unknown): string {
  return (node as OperationDefinitionNode | undefined)?.name?.value ?? 'The operations';
}
