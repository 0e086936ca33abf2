import { type DocumentNode, getOperationAST, type OperationDefinitionNode, parse } from 'graphql';

/**
 * A document that subscriptions run, for hours. Parsed it takes fifty times its text and more, and most subscriptions
 * need it only to begin: so just the text is kept, and parsed again when somebody asks after the memory was wanted back.
 */
export class SubscribedDocument {
  readonly text: string;
  #parsed: WeakRef<DocumentNode>;

  /** `text` is what it was parsed from. */
  constructor(document: DocumentNode, text: string) {
    // The document's own copy of its text, which all share that sent the same.
    this.text = document.loc?.source.body ?? text;
    this.#parsed = new WeakRef(document);
  }

  get parsed(): DocumentNode {
    const parsed = this.#parsed.deref();
    if (parsed) return parsed;
    const again = parse(this.text);
    this.#parsed = new WeakRef(again);
    return again;
  }

  /** The operation of that name, or the only one; it was found in the document before. */
  definition(operationName: string | null): OperationDefinitionNode {
    const definition = getOperationAST(this.parsed, operationName);
    if (!definition) throw new TypeError('The document has lost its operation.');
    return definition;
  }
}
