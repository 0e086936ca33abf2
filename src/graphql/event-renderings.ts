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
import type { StreamView } from './shown-events.ts';

interface Subscribed {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly definition: OperationDefinitionNode;
  readonly params: RequestParams;
  readonly valueOf: (event: StoredEvent) => unknown;
  readonly view: StreamView | null;
}

type Render = EventRendering['render'];

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
 * values of those variables that the selection uses, by people who see the same of sensitive fields. What stands in the arguments of the root field decides which
 * events come, not what they look like.
 */
export class EventRenderings {
  readonly #shared = new Map<string, Shared>();

  get size(): number {
    return this.#shared.size;
  }

  /** Null when what is selected depends on who asks, or is said in a form too unusual to be prepared. */
  lend(subscribed: Subscribed): LentRendering | null {
    const { definition, params, view } = subscribed;
    const root = rootFieldOf(definition);
    if (!root) return null;
    const variables = variablesOf(subscribed, root);
    const values = variables.map(({ variable: { name } }) => [name.value, params.variables[name.value]]);
    const asked = [params.query, params.operationName, values];
    const plain = this.#take(JSON.stringify(asked), false, () => {
      const render = prepare(subscribed, root, variables);
      return render && rememberingLast(render);
    });
    if (!plain || !view) return plain;
    const { rendering } = plain;
    const own = this.#take(JSON.stringify([...asked, view.key]), true, () => (event) => {
      // What does not concern them looks to all of them the same, and is written once.
      if (!view.concerns(event)) return rendering.render(event);
      const shown = view.ifRemembered(event);
      return shown && rendering.render(shown);
    });
    return (
      own && {
        rendering: own.rendering,
        [Symbol.dispose]() {
          own[Symbol.dispose]();
          plain[Symbol.dispose]();
        },
      }
    );
  }

  #take(key: string, needsKeys: boolean, make: () => Render | null): LentRendering | null {
    let shared = this.#shared.get(key);
    if (!shared) {
      const render = make();
      if (!render) return null;
      shared = { rendering: { key, needsKeys, render }, users: 0 };
      this.#shared.set(key, shared);
    }
    const taken = shared;
    taken.users += 1;
    return {
      rendering: taken.rendering,
      [Symbol.dispose]: () => {
        taken.users -= 1;
        // Not by the key at hand: that would hold a copy of the document for each stream.
        if (taken.users === 0) this.#shared.delete(taken.rendering.key);
      },
    };
  }
}

/** Events go through the streams in order, so that the last one is the one that is asked for again. */
function rememberingLast(render: Render): Render {
  let last: StoredEvent | null = null;
  let text: string | null = null;
  return (event) => {
    if (event === last) return text;
    text = render(event);
    last = event;
    return text;
  };
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
): Render | null {
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
