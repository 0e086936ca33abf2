import type { DocumentNode } from 'graphql';

/**
 * Keeps valid documents, the least recently used of them forgotten first.
 *
 * Bounded by the length of their texts, because a bound by count let a client with large documents hold hundreds of
 * megabytes: a parsed document takes some fifty times its text. Only what passed every rule is kept, and every rule looks
 * at the document alone, so what one caller put in here says nothing about, and changes nothing for, the next.
 */
export class DocumentCache {
  readonly #maxCharacters: number;
  readonly #documents = new Map<string, DocumentNode>();
  #characters = 0;

  constructor(maxCharacters: number) {
    this.#maxCharacters = maxCharacters;
  }

  get characters(): number {
    return this.#characters;
  }

  get(text: string): DocumentNode | undefined {
    const document = this.#documents.get(text);
    if (document === undefined) return undefined;
    this.#documents.delete(text);
    this.#documents.set(text, document);
    return document;
  }

  add(text: string, document: DocumentNode): void {
    if (text.length > this.#maxCharacters || this.#documents.has(text)) return;
    this.#documents.set(text, document);
    this.#characters += text.length;
    for (const oldest of this.#documents.keys()) {
      if (this.#characters <= this.#maxCharacters) break;
      this.#documents.delete(oldest);
      this.#characters -= oldest.length;
    }
  }
}
