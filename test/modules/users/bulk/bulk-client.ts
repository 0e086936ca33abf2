import type { GraphqlClient } from '../../../support/graphql-client.ts';

export interface BulkAnswer {
  readonly __typename: string;
  readonly message?: string;
  readonly users?: readonly { readonly id: string; readonly isActive: boolean; readonly version: number }[];
  readonly events?: readonly { readonly type: string; readonly aggregateId: string }[];
  readonly fieldErrors?: readonly { readonly path: readonly string[]; readonly message: string }[];
}

type BulkMutation = 'bulkActivateUsers' | 'bulkDeactivateUsers';

export const BULK: Readonly<Record<BulkMutation, string>> = {
  bulkActivateUsers: operation('bulkActivateUsers'),
  bulkDeactivateUsers: operation('bulkDeactivateUsers'),
};

function operation(name: BulkMutation): string {
  return `mutation ($userIds: [ID!]!, $idempotencyKey: String) { ${name}(userIds: $userIds, idempotencyKey: $idempotencyKey) {
    __typename ... on BulkUsersPayload { users { id isActive version } events { type aggregateId } }
    ... on Error { message } ... on ValidationError { fieldErrors { path message } } } }`;
}

export async function bulk(
  client: GraphqlClient,
  name: BulkMutation,
  userIds: readonly string[],
  idempotencyKey: string | null = null,
): Promise<BulkAnswer> {
  const data = await client.ask<Record<string, BulkAnswer>>(BULK[name], { userIds, idempotencyKey });
  const answer = data[name];
  if (!answer) throw new Error(`${name} answered nothing.`);
  return answer;
}
