import { getVariableValues, Kind, visit } from 'graphql';
import type {
  DocumentNode,
  FieldNode,
  GraphQLSchema,
  OperationDefinitionNode,
  VariableDefinitionNode,
  VariableNode,
} from 'graphql';
import type { EventRendering } from '../event-bus/event-sink.ts';
import type { StoredEvent } from '../event-store/domain-event.ts';
import { isIndependent, writerFor } from './event-renderer.ts';
import { fragmentsOf } from './operation-limits.ts';
import type { RequestParams } from './request-params.ts';

interface Subscribed {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly definition: OperationDefinitionNode;
  readonly params: RequestParams;
  readonly valueOf: (event: StoredEvent) => unknown;
}

interface Shared {
  readonly rendering: EventRendering;
  users: number;
}

/** A rendering for as long as it is not disposed of. */
export interface LentRendering extends Disposable {
  readonly rendering: EventRendering;
}

/**
 * How events look to subscriptions, one for all that ask for the same: the same document and operation, and the same
 * values of those variables that the selection uses. What stands in the arguments of the root field decides which
 * events come, not what they look like.
 */
export class EventRenderings {
  readonly #shared = new Map<string, Shared>();

  get size(): number {
    return this.#shared.size;
  }

  /** Null when what is selected depends on who asks, or is said in a form too unusual to be prepared. */
  lend(subscribed: Subscribed): LentRendering | null {
    const { definition, params } = subscribed;
    const root = rootFieldOf(definition);
    if (!root) return null;
    const variables = variablesOf(subscribed, root);
    const values = variables.map(({ variable: { name } }) => [name.value, params.variables[name.value]]);
    const key = JSON.stringify([params.query, params.operationName, values]);
    let shared = this.#shared.get(key);
    if (!shared) {
      const render = prepare(subscribed, root, variables);
      if (!render) return null;
      shared = { rendering: { key, render }, users: 0 };
      this.#shared.set(key, shared);
    }
    return this.#lent(key, shared);
  }

  #lent(key: string, shared: Shared): LentRendering {
    shared.users += 1;
    return {
      rendering: shared.rendering,
      [Symbol.dispose]: () => {
        shared.users -= 1;
        if (shared.users === 0) this.#shared.delete(key);
      },
    };
  }
}

/** Only a plain field: a fragment at the root, or a directive there, is allowed and rare. */
function rootFieldOf({ selectionSet }: OperationDefinitionNode): FieldNode | null {
  const [root, ...others] = selectionSet.selections;
  return root?.kind === Kind.FIELD && others.length === 0 && !root.directives?.length ? root : null;
}

/** Those outside of the root field's own arguments. */
function variablesOf({ document, definition }: Subscribed, root: FieldNode): VariableDefinitionNode[] {
  const names = new Set<string>();
  const note = { Variable: ({ name }: VariableNode): void => void names.add(name.value) };
  if (root.selectionSet) visit(root.selectionSet, note);
  for (const fragment of document.definitions) {
    if (fragment.kind === Kind.FRAGMENT_DEFINITION) visit(fragment, note);
  }
  return (definition.variableDefinitions ?? []).filter(({ variable }) => names.has(variable.name.value));
}

function prepare(
  { schema, document, params, valueOf }: Subscribed,
  root: FieldNode,
  definitions: readonly VariableDefinitionNode[],
): EventRendering['render'] | null {
  const field = schema.getSubscriptionType()?.getFields()[root.name.value];
  const variables = getVariableValues(schema, definitions, params.variables).coerced;
  if (!field || !variables) return null;
  const scope = { schema, fragments: fragmentsOf(document), variables };
  if (!isIndependent(scope, field.type, [root])) return null;
  const write = writerFor(scope, field.type, [root]);
  const label = JSON.stringify(root.alias?.value ?? root.name.value);
  return (event: StoredEvent) => {
    try {
      return `"data":{${label}:${write(valueOf(event))}}`;
    } catch {
      // Whatever is wrong with it: the executor says it as GraphQL wants it said.
      return null;
    }
  };
}
