import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { RedisPubSub } from 'graphql-redis-subscriptions';
import { useServer } from 'graphql-ws/use/ws';
import { createSchema, createYoga, filter, pipe } from 'graphql-yoga';
import { Redis } from 'ioredis';
import { WebSocketServer } from 'ws';
import { answerParent, usage } from './child.ts';
import type { ServerApi } from './scenario.ts';

interface SentEvent {
  readonly aggregateId: string;
}

interface Arguments {
  readonly filter?: { readonly aggregateId?: string } | null;
}

const TYPES = /* GraphQL */ `
  scalar JSON
  scalar Cursor
  scalar DateTime
  input DomainEventFilter {
    aggregateId: ID
    from: DateTime
  }
  type EventMetadata {
    timestamp: DateTime!
    userId: ID
    correlationId: ID!
  }
  type DomainEvent {
    cursor: Cursor
    id: ID!
    type: String!
    aggregateType: String!
    aggregateId: ID!
    version: Int!
    data: JSON!
    metadata: EventMetadata!
  }
  type Query {
    hello: String
  }
  type Subscription {
    domainEvents(filter: DomainEventFilter, after: Cursor): DomainEvent!
  }
`;

/** What the library keeps of those who listen, which it shows to nobody. */
interface Listeners {
  readonly subsRefsMap: ReadonlyMap<string, ReadonlySet<number>>;
}

let live = (): number => 0;

/** As the documentation of graphql-yoga, graphql-ws and graphql-redis-subscriptions puts them together. */
answerParent({
  async start({ redisUrl, channel }) {
    const pubsub = new RedisPubSub({ publisher: new Redis(redisUrl), subscriber: new Redis(redisUrl) });
    live = () => (pubsub as unknown as Listeners).subsRefsMap.get(channel)?.size ?? 0;
    const schema = createSchema({
      typeDefs: TYPES,
      resolvers: {
        Subscription: {
          domainEvents: {
            subscribe(_root: unknown, { filter: wanted }: Arguments) {
              const events = pubsub.asyncIterableIterator<SentEvent>(channel);
              const aggregateId = wanted?.aggregateId;
              return aggregateId == null
                ? events
                : pipe(
                    events,
                    filter((event: SentEvent) => event.aggregateId === aggregateId),
                  );
            },
            resolve: (event: SentEvent) => event,
          },
        },
      },
    });
    const yoga = createYoga({ schema, graphiql: false, logging: false });
    const http = createServer((request, response) => void yoga(request, response));
    const sockets = new WebSocketServer({ server: http, path: '/graphql', perMessageDeflate: false });
    useServer(
      {
        execute: (args) => (args.rootValue as Enveloped).execute(args),
        subscribe: (args) => (args.rootValue as Enveloped).subscribe(args),
        onSubscribe: async (context, _id, params) => {
          const enveloped = yoga.getEnveloped({
            ...context,
            req: context.extra.request,
            socket: context.extra.socket,
            params,
          }) as Enveloped & {
            parse(text: string): never;
            validate(...args: unknown[]): readonly never[];
            schema: never;
            contextFactory(): unknown;
          };
          const args = {
            schema: enveloped.schema,
            operationName: params.operationName ?? null,
            document: enveloped.parse(params.query),
            variableValues: params.variables ?? null,
            contextValue: await enveloped.contextFactory(),
            rootValue: { execute: enveloped.execute, subscribe: enveloped.subscribe },
          };
          const errors = enveloped.validate(args.schema, args.document);
          return errors.length > 0 ? errors : args;
        },
      },
      sockets,
    );
    http.listen(0, '127.0.0.1');
    await once(http, 'listening');
    return { port: (http.address() as AddressInfo).port, token: null };
  },
  live: () => live(),
  usage,
} satisfies ServerApi);

interface Enveloped {
  execute(args: unknown): never;
  subscribe(args: unknown): never;
}
