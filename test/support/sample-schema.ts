import { once } from 'node:events';
import { GraphQLError, GraphQLScalarType } from 'graphql';
import { createSchema } from 'graphql-yoga';
import { DomainError, RequestError, ValidationError } from '../../src/errors.ts';
import type { ContextRequest } from '../../src/graphql/context-request.ts';

/** What the resolvers of the sample schema see and tell. */
export interface SampleContext {
  readonly request: ContextRequest;
  readonly viewer: string | null;
  readonly personId: string | null;
  readonly probe: Probe;
  resultExtensions?: Record<string, unknown>;
}

/** What happened inside the server, and the gates that a test opens to let it go on. */
export class Probe {
  contexts = 0;
  /** Names of what started, aborted and ended, in order. */
  readonly log: string[] = [];
  readonly #gates = new Map<string, PromiseWithResolvers<void>>();

  gate(name: string): PromiseWithResolvers<void> {
    const gate = this.#gates.get(name) ?? Promise.withResolvers<void>();
    this.#gates.set(name, gate);
    return gate;
  }

  open(name: string): void {
    this.gate(name).resolve();
  }
}

export const SECRET = 'canary-of-an-internal-error';

const typeDefs = /* GraphQL */ `
  scalar Even
  interface Event {
    id: ID!
  }
  type Opened implements Event {
    id: ID!
    by: Thing
    at: Int
  }
  type Closed implements Event {
    id: ID!
    reason: String
  }
  type Thing {
    id: ID!
    name: String
    parent: Thing
    things(first: Int, last: Int): ThingConnection
    tags: [Tag!]
  }
  type Tag {
    name: String
  }
  type ThingConnection {
    edges: [ThingEdge!]!
  }
  type ThingEdge {
    node: Thing
  }
  input Credentials {
    email: String!
    password: String!
    nested: Credentials
  }
  type Query {
    hello(name: String): String
    me: String
    thing: Thing
    things(first: Int, last: Int): ThingConnection
    events: [Event!]
    even(value: Even): String
    required(value: Int!): String
    login(input: Credentials!): String
    domainError: String
    invalid: String
    forbidden: String
    crash: String
    badOutput: Int
    coded: String
    wait(gate: String!): String
  }
  type Mutation {
    greet(name: String): String
    hold(gate: String!): String
    importUsers: String
  }
  type Subscription {
    count(to: Int!): Int
    silent: Int
    ignorant: Int
    handmade: Int
    broken(after: Int!): Int
    lagging: Int
    refusedAtStart: Int
    marked: Int
    held(gate: String!): Int
  }
`;

async function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await once(signal, 'abort');
}

async function* count(_root: unknown, { to }: { to: number }): AsyncGenerator<number> {
  for (let number = 1; number <= to; number += 1) yield number;
}

const Even = new GraphQLScalarType({
  name: 'Even',
  parseValue: (value) => {
    if (value === 'refused') throw new RequestError('CURSOR_INVALID', 'Not this one.');
    if (typeof value !== 'number' || value % 2 !== 0) throw new TypeError('Expected an even number.');
    return value;
  },
});

const asIs = (value: unknown): unknown => value;

export const sampleSchema = createSchema<SampleContext>({
  typeDefs,
  resolvers: {
    Event: { __resolveType: () => 'Opened' },
    Query: {
      hello: (_root, { name }: { name?: string }) => `Hello ${name ?? 'world'}`,
      me: (_root, _args, { viewer }) => viewer,
      thing: () => ({ id: '1', name: 'one' }),
      things: () => ({ edges: [] }),
      events: () => [],
      even: (_root, { value }: { value: unknown }) => String(value),
      required: (_root, { value }: { value: number }) => String(value),
      login: () => 'in',
      domainError: () => {
        throw new DomainError('CONFLICT', 'That name is taken.');
      },
      invalid: () => {
        throw ValidationError.at(['input', 'email'], 'An e-mail address has an @.');
      },
      forbidden: () => {
        throw new RequestError('FORBIDDEN', 'Not yours.');
      },
      crash: () => {
        throw new Error(`insert into secrets values ('${SECRET}') violates constraint "secrets_pk"`);
      },
      badOutput: () => SECRET,
      coded: () => {
        throw new GraphQLError('Slow down.', { extensions: { code: 'RATE_LIMITED' } });
      },
      wait: async (_root, { gate }: { gate: string }, { probe, request }) => {
        probe.log.push(`wait ${gate}`);
        await Promise.race([probe.gate(gate).promise, untilAborted(request.signal)]);
        probe.log.push(request.signal.aborted ? `aborted ${gate}` : `done ${gate}`);
        return gate;
      },
    },
    Mutation: {
      greet: (_root, { name }: { name?: string }) => `Hello ${name ?? 'world'}`,
      hold: async (_root, { gate }: { gate: string }, { probe }) => {
        probe.log.push(`hold ${gate}`);
        await probe.gate(gate).promise;
        probe.log.push(`held ${gate}`);
        return gate;
      },
      importUsers: async (_root, _args, { probe }) => {
        probe.log.push('import');
        await probe.gate('import').promise;
        return 'imported';
      },
    },
    Subscription: {
      count: { subscribe: count, resolve: asIs },
      silent: {
        async *subscribe(_root, _args, { probe, request }) {
          probe.log.push('silent started');
          try {
            await untilAborted(request.signal);
          } finally {
            probe.log.push('silent ended');
          }
          yield 0;
        },
        resolve: asIs,
      },
      ignorant: {
        async *subscribe(_root, _args, { probe }) {
          probe.log.push('ignorant started');
          yield 1;
          await probe.gate('never').promise;
        },
        resolve: asIs,
      },
      handmade: {
        subscribe: (_root: unknown, _args: unknown, { probe }: SampleContext) => ({
          [Symbol.asyncIterator]: () => ({
            next: async () => {
              probe.log.push('handmade asked');
              await probe.gate('never').promise;
              return { done: true, value: undefined };
            },
            return: async () => {
              probe.log.push('handmade released');
              return { done: true, value: undefined };
            },
          }),
        }),
        resolve: asIs,
      },
      broken: {
        async *subscribe(_root, { after }: { after: number }) {
          for (let number = 1; number <= after; number += 1) yield number;
          throw new Error(SECRET);
        },
        resolve: asIs,
      },
      lagging: {
        async *subscribe() {
          yield 1;
          throw new RequestError('STREAM_LAGGING', 'Too slow.', { resumeAfter: 'c1' });
        },
        resolve: asIs,
      },
      refusedAtStart: {
        subscribe: async () => {
          throw new RequestError('CURSOR_INVALID', 'No such cursor.');
        },
        resolve: asIs,
      },
      marked: {
        async *subscribe(_root, _args, context) {
          for (const cursor of ['c1', 'c2']) {
            context.resultExtensions = { stream: { cursor } };
            yield Number(cursor.slice(1));
          }
        },
        resolve: asIs,
      },
      held: {
        async *subscribe(_root, { gate }: { gate: string }, { probe }) {
          yield 1;
          await probe.gate(gate).promise;
          yield 2;
        },
        resolve: asIs,
      },
    },
    Even,
  },
});
