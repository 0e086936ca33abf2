/** A page of a connection, as the operations of this package select it. */
export interface Page<Node> {
  readonly edges: readonly { readonly node: Node }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

type After = { readonly after?: string | null | undefined } | null | undefined;

/** A method of the client that takes `after` and gives a page. */
type PagedMethod<Variables extends After, Result> = (
  variables: Variables,
  options?: { readonly signal?: AbortSignal },
) => Promise<Result>;

/**
 * All pages of a connection, from `variables.after` on, each fetched when it is asked for:
 * `eachPage(client.users, { filter, first: 100 })`.
 */
export async function* eachPage<Variables extends After, Result extends Page<unknown>>(
  method: PagedMethod<Variables, Result>,
  variables: NoInfer<Variables>,
  options: { readonly signal?: AbortSignal } = {},
): AsyncGenerator<Result, void, undefined> {
  let next = variables;
  for (;;) {
    const page = await method(next, options);
    yield page;
    if (!page.pageInfo.hasNextPage) return;
    next = { ...variables, after: page.pageInfo.endCursor };
  }
}

/** What the pages hold, one after the other. */
export async function* eachNode<Variables extends After, Node>(
  method: PagedMethod<Variables, Page<Node>>,
  variables: NoInfer<Variables>,
  options: { readonly signal?: AbortSignal } = {},
): AsyncGenerator<Node, void, undefined> {
  for await (const page of eachPage(method, variables, options)) {
    for (const { node } of page.edges) yield node;
  }
}
