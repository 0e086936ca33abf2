import type { GraphqlClient } from '../../support/graphql-client.ts';

export interface ShownSettings {
  readonly id: string;
  readonly theme: string;
  readonly language: string;
  readonly emailNotifications: boolean;
  readonly smsNotifications: boolean;
  readonly marketingEmails: boolean;
  readonly version: number;
}

const SETTINGS = 'id theme language emailNotifications smsNotifications marketingEmails version';

const UPDATE_SETTINGS = `mutation ($input: UpdateSettingsInput!) { updateSettings(input: $input) {
  __typename ... on UpdateSettingsPayload { settings { ${SETTINGS} } events { type version aggregateType aggregateId } }
  ... on ValidationError { fieldErrors { path } } } }`;

export interface UpdateSettingsAnswer {
  readonly __typename: string;
  readonly settings?: ShownSettings;
  readonly events?: readonly { readonly type: string; readonly version: number; readonly aggregateId: string }[];
  readonly fieldErrors?: readonly { readonly path: readonly string[] }[];
}

export async function updateSettings(client: GraphqlClient, input: object): Promise<UpdateSettingsAnswer> {
  return (await client.ask<{ updateSettings: UpdateSettingsAnswer }>(UPDATE_SETTINGS, { input })).updateSettings;
}

export async function settingsOf(client: GraphqlClient, userId: string): Promise<ShownSettings | null> {
  const query = `query ($id: ID!) { user(id: $id) { settings { ${SETTINGS} } } }`;
  return (await client.ask<{ user: { settings: ShownSettings | null } }>(query, { id: userId })).user.settings;
}
