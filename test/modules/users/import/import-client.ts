import type { PersonInput } from '../../../support/factories.ts';
import type { GraphqlClient } from '../../../support/graphql-client.ts';

export interface ImportedUser extends PersonInput {
  readonly password?: string | null;
  readonly roleId?: string | null;
}

export interface ImportAnswer {
  readonly __typename: string;
  readonly successful?: readonly {
    readonly id: string;
    readonly email: string;
    readonly role: { readonly name: string };
  }[];
  readonly failed?: readonly {
    readonly index: number;
    readonly email: string | null;
    readonly errors: readonly { readonly path: readonly string[]; readonly message: string }[];
  }[];
  readonly events?: readonly { readonly type: string; readonly aggregateId: string; readonly data: object }[];
  readonly fieldErrors?: readonly { readonly path: readonly string[]; readonly message: string }[];
}

export const IMPORT = `mutation ($input: ImportUsersInput!, $idempotencyKey: String) {
  importUsers(input: $input, idempotencyKey: $idempotencyKey) {
    __typename
    ... on ImportUsersPayload {
      successful { id email role { name } }
      failed { index email errors { path message } }
      events { type aggregateId data }
    }
    ... on ValidationError { fieldErrors { path message } } } }`;

export async function importUsers(
  client: GraphqlClient,
  users: readonly ImportedUser[],
  options: { readonly onError?: string; readonly idempotencyKey?: string } = {},
): Promise<ImportAnswer> {
  const { idempotencyKey, ...rest } = options;
  const variables = { input: { users, ...rest }, idempotencyKey };
  return (await client.ask<{ importUsers: ImportAnswer }>(IMPORT, variables)).importUsers;
}
