import { randomUUID } from 'node:crypto';
import { privateAddress, secretPhrase } from './canaries.ts';
import type { GraphqlClient } from './graphql-client.ts';
import { knowPerson } from './look-for-others.ts';
import { ME, MUTATIONS, type MutationName, ROLES } from './operations.ts';

export interface ShownUser {
  readonly id: string;
  readonly email: string;
  readonly username: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly isActive: boolean;
  readonly emailVerified: boolean;
  readonly version: number;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly role: { readonly id: string; readonly name: string };
}

export interface ShownSession {
  readonly id: string;
  readonly device: string | null;
  readonly isCurrent: boolean;
  readonly revokedAt: string | null;
  readonly user: { readonly id: string };
}

/** What a mutation answered, whichever member of its union that was. */
export interface MutationAnswer {
  readonly __typename: string;
  readonly code?: string;
  readonly message?: string;
  readonly fieldErrors?: readonly { readonly path: readonly string[]; readonly message: string }[];
  readonly expectedVersion?: number;
  readonly actualVersion?: number;
  readonly user?: ShownUser;
  readonly userId?: string;
  readonly events?: readonly { readonly id: string; readonly type: string; readonly version: number }[];
  readonly accessToken?: string;
  readonly refreshToken?: string;
  readonly sessionId?: string;
  readonly session?: ShownSession;
}

/** Runs one mutation of `MUTATIONS`. @throws RefusedError for a top-level error. */
export async function mutate(
  client: GraphqlClient,
  name: MutationName,
  variables: Readonly<Record<string, unknown>> = {},
): Promise<MutationAnswer> {
  const data = await client.ask<Record<string, MutationAnswer>>(MUTATIONS[name], variables);
  const answer = data[name];
  if (!answer) throw new Error(`${name} answered nothing.`);
  return answer;
}

/** As `mutate`, for a step that must succeed: what follows stands on it. */
export async function succeed(
  client: GraphqlClient,
  name: MutationName,
  variables: Readonly<Record<string, unknown>> = {},
): Promise<MutationAnswer> {
  const answer = await mutate(client, name, variables);
  if (answer.code !== undefined) throw new Error(`${name} answered ${answer.__typename}: ${answer.message ?? ''}`);
  return answer;
}

export interface PersonInput {
  readonly email: string;
  readonly username: string;
  readonly firstName: string;
  readonly lastName: string;
}

/** Nobody's name is used twice. */
export function personInput(overrides: Partial<PersonInput> = {}): PersonInput {
  const unique = randomUUID().slice(0, 13);
  return {
    email: privateAddress(unique),
    username: `person-${unique}`,
    firstName: 'Ada',
    lastName: 'Lovelace',
    ...overrides,
  };
}

export const PASSWORD = secretPhrase('a long but private phrase');

export interface NewUser extends Partial<PersonInput> {
  readonly password?: string;
  readonly role?: 'admin' | 'manager' | 'user';
}

/** An account made by an administrator; without a password unless one is given. */
export async function createUser(admin: GraphqlClient, { role, ...rest }: NewUser = {}): Promise<ShownUser> {
  const { password, ...person } = rest;
  const input = { ...personInput(person), password, roleId: role && (await roleId(admin, role)) };
  const { user } = await succeed(admin, 'createUser', { input });
  if (!user) throw new Error('createUser answered without a user.');
  knowPerson(user);
  return user;
}

export async function roleId(admin: GraphqlClient, name: string): Promise<string> {
  const { roles } = await admin.ask<{ roles: { edges: { node: { id: string; name: string } }[] } }>(ROLES);
  const found = roles.edges.find((edge) => edge.node.name === name);
  if (!found) throw new Error(`There is no role ${name}.`);
  return found.node.id;
}

export interface SignedIn {
  readonly client: GraphqlClient;
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly user: ShownUser;
}

export async function signIn(client: GraphqlClient, email: string, password: string = PASSWORD): Promise<SignedIn> {
  const { accessToken, refreshToken, user } = await succeed(client.as(null), 'login', { input: { email, password } });
  if (!accessToken || !refreshToken || !user) throw new Error('login answered without tokens.');
  knowPerson(user);
  return { client: client.as(accessToken), accessToken, refreshToken, user };
}

/** An account with an open session. */
export async function signedInUser(admin: GraphqlClient, overrides: NewUser = {}): Promise<SignedIn> {
  const user = await createUser(admin, { password: PASSWORD, ...overrides });
  return signIn(admin, user.email, overrides.password ?? PASSWORD);
}

/** The first administrator, signed in. */
export async function bootstrap(client: GraphqlClient, token: string, password = PASSWORD): Promise<SignedIn> {
  const input = { ...personInput({ email: 'root@example.com', username: 'root' }), password };
  await succeed(client, 'bootstrapAdministrator', { token, input });
  return signIn(client, input.email, password);
}

/** Whether the caller's token is good. */
export async function isSignedIn(client: GraphqlClient): Promise<boolean> {
  const { result } = await client.send(ME);
  return result.errors === undefined && result.data?.['me'] != null;
}
