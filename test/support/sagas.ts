import { SAGAS_SIGNAL } from '../../src/event-bus/define-saga.ts';
import type { GraphqlClient } from './graphql-client.ts';
import type { TestNode } from './test-app.ts';
import { waitFor } from './wait-for.ts';

export interface ShownSaga {
  readonly id: string;
  readonly name: string;
  readonly key: string;
  readonly status: string;
  readonly step: string;
  readonly completedSteps: readonly string[];
  readonly compensatedSteps: readonly string[];
  readonly error: string | null;
  readonly correlationId: string;
  readonly startedBy: { readonly type: string } | null;
  readonly endedAt: string | null;
  readonly dueAt: string | null;
  readonly history: readonly { readonly kind: string; readonly step: string | null; readonly eventId: string | null }[];
}

export const SAGAS = `query ($filter: SagaFilter, $first: Int, $after: String) {
  sagas(filter: $filter, first: $first, after: $after) {
    totalCount pageInfo { hasNextPage endCursor } edges { node {
      id name key status step completedSteps compensatedSteps error correlationId startedBy { type } endedAt dueAt
      history { at kind step eventId error } } } } }`;

/** The one saga of a key, as operators see it; null before it is begun. */
export async function findSaga(client: GraphqlClient, name: string, key: string): Promise<ShownSaga | null> {
  const { sagas } = await client.ask<{ sagas: { edges: { node: ShownSaga }[] } }>(SAGAS, { filter: { name, key } });
  return sagas.edges[0]?.node ?? null;
}

/** As soon as it is there and what is asked of it. */
export async function untilSaga(
  client: GraphqlClient,
  name: string,
  key: string,
  isReached: (saga: ShownSaga) => boolean,
): Promise<ShownSaga> {
  return waitFor(
    async () => {
      const saga = await findSaga(client, name, key);
      return saga && isReached(saga) && saga;
    },
    { describe: `the saga ${name} of ${key}`, timeoutMs: 20_000 },
  );
}

export async function untilSagaIs(
  client: GraphqlClient,
  name: string,
  key: string,
  status: string,
): Promise<ShownSaga> {
  return untilSaga(client, name, key, (saga) => saga.status === status);
}

/** The time of what it waits for is over, for whichever node looks first: what takes days is not waited for. */
export async function letSagaTimeBeOver({ app, sql }: TestNode, name: string, ...keys: string[]): Promise<void> {
  await sql(
    `update saga_instance set deadline = clock_timestamp(), due_at = clock_timestamp() where saga = $1 and key = any($2)`,
    [name, keys],
  );
  app.bus.signals.raise(SAGAS_SIGNAL);
}

/** As `KIND step`. */
export function stepsOf({ history }: ShownSaga): string[] {
  return history.map(({ kind, step }) => (step === null ? kind : `${kind} ${step}`));
}
