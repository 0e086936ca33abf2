import { randomUUID } from 'node:crypto';
import { type DocumentNode, execute, parse } from 'graphql';
import type { App } from '../app.ts';
import type { Viewer } from '../viewer.ts';
import type { SeedPerson } from './people.ts';

interface RoleFacts {
  readonly id: string;
  readonly permissions: readonly string[];
}

interface Answer {
  readonly __typename: string;
  readonly message?: string;
}

/** A person, at their place. */
type Actor = Pick<SeedPerson, 'username' | 'ipAddress' | 'userAgent'>;

interface MutationOptions {
  /** Names of errors that belong to the history. */
  readonly expected?: readonly string[];
  /** Before they have signed in. */
  readonly anonymous?: boolean;
  readonly correlationId?: string;
}

type Variables = Readonly<Record<string, unknown>>;

const documents = new Map<string, DocumentNode>();

/**
 * The people of the history, acting through the GraphQL schema as if they had signed in: the same rules, commands and
 * events as a request of theirs, without the requests.
 */
export class Cast {
  readonly #app: App;
  readonly #ids = new Map<string, string>();
  readonly #roleOf = new Map<string, string>();
  readonly #roles = new Map<string, RoleFacts>();

  constructor(app: App) {
    this.#app = app;
  }

  join(username: string, id: string, role: string): void {
    this.#ids.set(username, id);
    this.#roleOf.set(username, role);
  }

  learnRole(name: string, role: RoleFacts): void {
    this.#roles.set(name, role);
  }

  idOf(username: string): string {
    return known(this.#ids.get(username), username);
  }

  roleId(name: string): string {
    return known(this.#roles.get(name), name).id;
  }

  /** @throws what the server answers besides the payload, unless that is expected. */
  async mutate<Payload extends object>(
    actor: Actor,
    document: string,
    variables: Variables,
    { expected = [], anonymous = false, correlationId = randomUUID() }: MutationOptions = {},
  ): Promise<Payload> {
    const viewer = anonymous ? null : this.#viewerOf(actor.username);
    const answer = await this.#run<Answer & Payload>(actor, viewer, document, variables, correlationId);
    if (answer.__typename.endsWith('Payload') || expected.includes(answer.__typename)) return answer;
    throw new Error(`${answer.__typename} for ${actor.username}: ${answer.message ?? ''}`);
  }

  async query<Value>(actor: Actor, document: string, variables: Variables = {}): Promise<Value> {
    return this.#run<Value>(actor, this.#viewerOf(actor.username), document, variables, randomUUID());
  }

  /** The value of the operation's one field. */
  async #run<Value>(
    { username, ipAddress, userAgent }: Actor,
    viewer: Viewer | null,
    document: string,
    variableValues: Variables,
    correlationId: string,
  ): Promise<Value> {
    const contextValue = await this.#app.contextFor(viewer, { correlationId, ipAddress, userAgent });
    const { schema } = this.#app;
    const result = await execute({ schema, document: parsed(document), contextValue, variableValues });
    const [error] = result.errors ?? [];
    if (error) throw new Error(`Not done for ${username}: ${error.message}`, { cause: error.originalError });
    return Object.values(result.data ?? {})[0] as Value;
  }

  #viewerOf(username: string): Viewer {
    const roleName = known(this.#roleOf.get(username), username);
    const { permissions } = known(this.#roles.get(roleName), roleName);
    return { userId: this.idOf(username), sessionId: randomUUID(), roleName, permissions: new Set(permissions) };
  }
}

function parsed(text: string): DocumentNode {
  const document = documents.get(text) ?? parse(text);
  documents.set(text, document);
  return document;
}

function known<Value>(value: Value | undefined, name: string): Value {
  if (value === undefined) throw new Error(`The history does not know ${name} yet.`);
  return value;
}
