import type { GraphqlClient } from '../../support/graphql-client.ts';

export interface ShownUserStats {
  readonly totalUsers: number;
  readonly activeUsers: number;
  readonly inactiveUsers: number;
  readonly newUsersThisMonth: number;
  readonly lastUpdated: string | null;
  readonly cursor: string | null;
}

export const USER_STATS = `query ($atLeast: String) { userStats(atLeast: $atLeast) {
  totalUsers activeUsers inactiveUsers newUsersThisMonth lastUpdated cursor } }`;

/** As of the events of the mutation that gave the token. */
export async function userStats(client: GraphqlClient, atLeast: string | null = null): Promise<ShownUserStats> {
  return (await client.ask<{ userStats: ShownUserStats }>(USER_STATS, { atLeast })).userStats;
}

/** Total, active, inactive and new this month, as of that mutation. */
export async function userNumbers(client: GraphqlClient, atLeast: string): Promise<number[]> {
  const stats = await userStats(client, atLeast);
  return [stats.totalUsers, stats.activeUsers, stats.inactiveUsers, stats.newUsersThisMonth];
}

/** Runs a mutation and answers the consistency token of its payload. */
export async function tokenOf(
  client: GraphqlClient,
  mutation: string,
  variables: Readonly<Record<string, unknown>>,
): Promise<string> {
  const data = await client.ask<Record<string, { consistencyToken?: string }>>(mutation, variables);
  const token = Object.values(data)[0]?.consistencyToken;
  if (token === undefined) throw new Error(`No token: ${JSON.stringify(data)}`);
  return token;
}
