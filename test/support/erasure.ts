import type { GraphqlClient } from './graphql-client.ts';
import { waitFor } from './wait-for.ts';

export const ERASE_USER = `mutation ($id: ID!, $reason: String!, $key: String) {
  eraseUser(id: $id, reason: $reason, idempotencyKey: $key) { __typename
    ... on EraseUserPayload { userId status events { type aggregateId } } ... on Error { code message }
    ... on ValidationError { fieldErrors { path message } } } }`;

export interface ErasureAnswer {
  readonly __typename: string;
  readonly userId?: string;
  readonly status?: 'RUNNING' | 'COMPLETED' | 'FAILED';
  readonly code?: string;
  readonly message?: string;
  readonly events?: readonly { readonly type: string; readonly aggregateId: string }[];
}

export async function eraseUser(
  client: GraphqlClient,
  id: string,
  reason = 'They asked for it.',
): Promise<ErasureAnswer> {
  return (await client.ask<{ eraseUser: ErasureAnswer }>(ERASE_USER, { id, reason })).eraseUser;
}

/** Until every copy is gone: within two minutes, whatever happens. */
export async function untilErased(client: GraphqlClient, id: string): Promise<void> {
  const status = await waitFor(
    async () => {
      const answer = await eraseUser(client, id);
      return answer.status !== 'RUNNING' && (answer.status ?? answer.__typename);
    },
    { describe: 'the erasure to end', timeoutMs: 120_000 },
  );
  if (status !== 'COMPLETED') throw new Error(`The erasure ended as ${status}.`);
}
