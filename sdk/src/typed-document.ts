/**
 * The text of an operation, with the types of its answer and its variables. Documents that GraphQL code generators print
 * in string mode fit.
 */
export interface TypedDocument<Data, Variables> {
  toString(): string;
  /** Never there; it carries the types. */
  readonly __apiType?: ((variables: Variables) => Data) | undefined;
}

/** Any document, whatever its types. */
export type DocumentText = Pick<TypedDocument<unknown, unknown>, 'toString'>;

export function typed<Data, Variables>(text: string): TypedDocument<Data, Variables> {
  return text;
}
