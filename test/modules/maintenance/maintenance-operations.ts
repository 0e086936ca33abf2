import type { GraphqlClient } from '../../support/graphql-client.ts';

const FIELDS = 'reason startedAt expectedEnd completedAt';
const ERRORS = '... on Error { code message } ... on ValidationError { fieldErrors { path } }';

export const START = `mutation ($input: StartMaintenanceInput!) { startMaintenance(input: $input) {
  __typename ... on StartMaintenancePayload { maintenance { ${FIELDS} } events { type version aggregateId } } ${ERRORS} } }`;
export const COMPLETE = `mutation { completeMaintenance {
  __typename ... on CompleteMaintenancePayload { maintenance { ${FIELDS} } events { type version } } ... on Error { code message } } }`;

export interface MaintenanceAnswer {
  readonly __typename: string;
  readonly code?: string;
  readonly maintenance?: ShownMaintenance;
}

export interface ShownMaintenance {
  readonly reason: string;
  readonly startedAt: string;
  readonly expectedEnd: string | null;
  readonly completedAt: string | null;
}

export async function startMaintenance(
  client: GraphqlClient,
  input: { readonly reason?: string; readonly expectedEnd?: string } = {},
): Promise<MaintenanceAnswer> {
  const variables = { input: { reason: 'New disks', ...input } };
  return (await client.ask<{ startMaintenance: MaintenanceAnswer }>(START, variables)).startMaintenance;
}

export async function completeMaintenance(client: GraphqlClient): Promise<MaintenanceAnswer> {
  return (await client.ask<{ completeMaintenance: MaintenanceAnswer }>(COMPLETE)).completeMaintenance;
}

export async function openMaintenance(client: GraphqlClient): Promise<ShownMaintenance | null> {
  return (await client.ask<{ maintenance: ShownMaintenance | null }>(`{ maintenance { ${FIELDS} } }`)).maintenance;
}
