import type { GraphqlClient } from './graphql-client.ts';
import { USERS } from './operations.ts';

interface UserPage {
  readonly edges: readonly { readonly cursor: string; readonly node: ListedUser }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
  readonly totalCount: number;
}

export interface ListedUser {
  readonly id: string;
  readonly email: string;
  readonly username: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly isActive: boolean;
  readonly createdAt: string;
}

export async function usersPage(
  client: GraphqlClient,
  variables: Readonly<Record<string, unknown>> = {},
): Promise<UserPage> {
  return (await client.ask<{ users: UserPage }>(USERS, variables)).users;
}

/** Follows the cursors until there is no further page. Backward pages are put together in list order. */
export async function allPages(
  client: GraphqlClient,
  { size, backward = false, ...rest }: { size: number; backward?: boolean } & Record<string, unknown>,
): Promise<{ readonly users: readonly ListedUser[]; readonly sizes: readonly number[] }> {
  const pages: (readonly ListedUser[])[] = [];
  let cursor: string | null = null;
  do {
    const place = backward ? { last: size, before: cursor } : { first: size, after: cursor };
    const { edges, pageInfo }: UserPage = await usersPage(client, { ...rest, ...place });
    pages.push(edges.map(({ node }) => node));
    if (backward) cursor = pageInfo.hasPreviousPage ? pageInfo.startCursor : null;
    else cursor = pageInfo.hasNextPage ? pageInfo.endCursor : null;
  } while (cursor !== null && pages.length < 1_000);
  return { users: (backward ? pages.toReversed() : pages).flat(), sizes: pages.map((page) => page.length) };
}
