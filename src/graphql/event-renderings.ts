import { getVariableValues, Kind, visit } from 'graphql';
import type { FieldNode, GraphQLSchema, OperationDefinitionNode, VariableDefinitionNode, VariableNode } from 'graphql';
import { hash } from 'node:crypto';
import type { EventRendering } from '../event-bus/event-sink.ts';
import type { StoredEvent } from '../event-store/domain-event.ts';
import { isIndependent, type Selected, writerFor } from './event-renderer.ts';
import { fragmentsOf } from './operation-limits.ts';
import type { StreamView } from './shown-events.ts';
import type { SubscribedDocument } from './subscribed-document.ts';
import type { SubscriptionParams } from './subscribing.ts';

interface Subscribed {
  readonly schema: GraphQLSchema;
  readonly document: SubscribedDocument;
  readonly params: SubscriptionParams;
  readonly valueOf: (event: StoredEvent) => unknown;
  readonly view: StreamView | null;
}

type Render = EventRendering['render'];

/** A rendering for as long as it is not disposed of: once by each who was lent it. */
export interface LentRendering extends Disposable {
  readonly rendering: EventRendering;
}

/**
 * How events look to subscriptions, one for all that ask for the same: the same document and operation, and the same
 * values of those variables that the selection uses, by people who see the same of sensitive fields. What stands in the arguments of the root field decides which
 * events come, not what they look like.
 */
export class EventRenderings {
  readonly #shared = new Map<string, SharedRendering>();

  get size(): number {
    return this.#shared.size;
  }

  /** Null when what is selected depends on who asks, or is said in a form too unusual to be prepared. */
  lend(subscribed: Subscribed): LentRendering | null {
    const { document, params, view } = subscribed;
    const root = rootFieldOf(document.definition(params.operationName));
    if (!root) return null;
    const variables = variablesOf(subscribed, root);
    const values = variables.map(({ variable: { name } }) => [name.value, params.variables[name.value]]);
    // Instead of the text, which is long, and would be kept with every key.
    const asked = hash('sha256', JSON.stringify([document.text, params.operationName, values]), 'base64');
    const plain = (): SharedRendering | null =>
      this.#take(asked, false, () => {
        const render = prepare(subscribed, root, variables);
        return render && { render: rememberingLast(render), base: null };
      });
    return view ? this.#take(`${asked} ${view.key}`, true, () => shownTo(view, plain())) : plain();
  }

  #take(key: string, needsKeys: boolean, make: () => Prepared | null): SharedRendering | null {
    let shared = this.#shared.get(key);
    if (!shared) {
      const made = make();
      if (!made) return null;
      const { render, base } = made;
      shared = new SharedRendering({ key, needsKeys, render }, base, () => this.#shared.delete(key));
      this.#shared.set(key, shared);
    }
    return shared.lend();
  }
}

interface Prepared {
  readonly render: Render;
  /** What it is made of. */
  readonly base: LentRendering | null;
}

/** Lent to many at once, to each as it is: a node holds thousands that ask for the same. */
class SharedRendering implements LentRendering {
  readonly rendering: EventRendering;
  readonly #base: LentRendering | null;
  readonly #forget: () => void;
  #users = 0;

  constructor(rendering: EventRendering, base: LentRendering | null, forget: () => void) {
    this.rendering = rendering;
    this.#base = base;
    this.#forget = forget;
  }

  lend(): this {
    this.#users += 1;
    return this;
  }

  [Symbol.dispose](): void {
    this.#users -= 1;
    if (this.#users > 0) return;
    this.#forget();
    this.#base?.[Symbol.dispose]();
  }
}

/** What does not concern them looks to all of them the same, and is written once. */
function shownTo(view: StreamView, plain: LentRendering | null): Prepared | null {
  if (!plain) return null;
  const { rendering } = plain;
  const render: Render = (event) => {
    if (!view.concerns(event)) return rendering.render(event);
    const shown = view.ifRemembered(event);
    return shown && rendering.render(shown);
  };
  return { render, base: plain };
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
function variablesOf({ document, params }: Subscribed, root: FieldNode): VariableDefinitionNode[] {
  const names = new Set<string>();
  const note = { Variable: ({ name }: VariableNode): void => void names.add(name.value) };
  if (root.selectionSet) visit(root.selectionSet, note);
  for (const fragment of document.parsed.definitions) {
    if (fragment.kind === Kind.FRAGMENT_DEFINITION) visit(fragment, note);
  }
  const { variableDefinitions = [] } = document.definition(params.operationName);
  return variableDefinitions.filter(({ variable }) => names.has(variable.name.value));
}

function prepare(
  { schema, document, params, valueOf }: Subscribed,
  root: FieldNode,
  definitions: readonly VariableDefinitionNode[],
): Render | null {
  const field = schema.getSubscriptionType()?.getFields()[root.name.value];
  const variables = getVariableValues(schema, definitions, params.variables).coerced;
  if (!field || !variables) return null;
  const selected = { scope: { schema, fragments: fragmentsOf(document.parsed), variables }, nodes: [root] };
  if (!isIndependent(selected, field.type)) return null;
  const write = writerFor(field.type, selected, selectedAgain(schema, document, params.operationName, variables));
  const label = JSON.stringify(root.alias?.value ?? root.name.value);
  return renderWith(`"data":{${label}:`, write, valueOf);
}

function selectedAgain(
  schema: GraphQLSchema,
  document: SubscribedDocument,
  operationName: string | null,
  variables: Readonly<Record<string, unknown>>,
): () => Selected {
  return () => {
    const root = rootFieldOf(document.definition(operationName));
    return { scope: { schema, fragments: fragmentsOf(document.parsed), variables }, nodes: root ? [root] : [] };
  };
}

function renderWith(before: string, write: (value: unknown) => string, valueOf: Subscribed['valueOf']): Render {
  return (event) => {
    try {
      return `${before}${write(valueOf(event))}}`;
    } catch {
      // Whatever is wrong with it: the executor says it as GraphQL wants it said.
      return null;
    }
  };
}
