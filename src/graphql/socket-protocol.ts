import { parse } from 'graphql';
import type { ExecutionArgs, ExecutionResult, GraphQLError, GraphQLSchema } from 'graphql';
import { CloseCode, makeServer } from 'graphql-ws';
import type { Context, Server, SubscribePayload } from 'graphql-ws';
import type { Logger } from 'pino';
import type { TransportLimits } from '../config/config.ts';
import { RequestError } from '../errors.ts';
import type { ConnectionLimits } from './connection-limits.ts';
import { describeFailure } from './describe-failure.ts';
import { EventFeed } from './event-feed.ts';
import type { ContextRequest } from './context-request.ts';
import { isSubscription, type OperationContext, type Outcome, type Pipeline } from './pipeline.ts';
import { checkRequestParams } from './request-params.ts';
import type { SocketConnection } from './socket-connection.ts';
import { credentialsIn, credentialsOfOperation } from './socket-credentials.ts';
import { SocketOperation } from './socket-operation.ts';

const TRY_AGAIN_LATER = 1013;

/** The protocol library reads a document only to see that there is an operation; ours has been executed by then. */
const EXECUTED = parse('{ executed }');

export interface SocketProtocolOptions {
  readonly pipeline: Pipeline<OperationContext>;
  readonly schema: GraphQLSchema;
  readonly limits: TransportLimits;
  readonly logger: Logger;
  readonly createContext: (request: ContextRequest) => Promise<OperationContext>;
  readonly connections: ConnectionLimits;
}

type SocketContext = Context<Record<string, unknown> | undefined, SocketConnection>;

/**
 * What the messages of `graphql-transport-ws` mean here.
 *
 * A socket opens anonymous or with the credentials of `connection_init`; a refused token closes it with 4403, after
 * which clients come back with a new one (4401 would make them give up). A client renews its token by a `ping` with the
 * same payload as `connection_init`. Every operation goes through the pipeline with a context of its own.
 */
export class SocketProtocol {
  readonly #options: SocketProtocolOptions;
  readonly #server: Server<SocketConnection>;

  constructor(options: SocketProtocolOptions) {
    this.#options = options;
    this.#server = makeServer<Record<string, unknown>, SocketConnection>({
      schema: options.schema,
      connectionInitWaitTimeout: options.limits.connectionInitMs,
      onConnect: (context) => this.#introduce(context),
      onPing: ({ extra, acknowledged }, payload) =>
        acknowledged ? this.#renew(extra, credentialsIn(payload)) : undefined,
      onSubscribe: (context, id, payload) => this.#start(context, id, payload),
      execute: ({ rootValue }: ExecutionArgs) => rootValue as ExecutionResult,
    });
  }

  /** Has the protocol spoken on a socket. To be called when it has closed: what this returns. */
  open(connection: SocketConnection): (code: number, reason: string) => Promise<void> {
    return this.#server.opened(connection, connection);
  }

  async #introduce(context: SocketContext): Promise<boolean> {
    const { connectionParams } = context;
    // The library would keep it, of whatever size, for as long as the socket is open.
    Object.assign(context, { connectionParams: undefined });
    return this.#authenticate(context.extra, credentialsIn(connectionParams) ?? null);
  }

  /** Whether the credentials are good. `false` makes the protocol close the socket with 4403. */
  async #authenticate(connection: SocketConnection, authorization: string | null): Promise<boolean> {
    const { createContext, limits } = this.#options;
    const { origin } = connection;
    const request = { authorization, origin, transport: 'websocket', isQuery: false, lastEventId: null } as const;
    try {
      const context = await connection.within(limits.operationTimeoutMs, (signal) =>
        createContext({ ...request, signal }),
      );
      return this.#admit(connection, authorization, context.personId ?? null);
    } catch (error) {
      const code = error instanceof RequestError ? error.code : null;
      if (code === 'UNAUTHENTICATED' || code === 'FORBIDDEN') return false;
      if (code === null) {
        this.#options.logger.error(
          { requestId: connection.requestId, failure: describeFailure(error) },
          'unexpected error',
        );
      }
      connection.close(TRY_AGAIN_LATER, code === 'RATE_LIMITED' ? 'Too many connections' : 'Try again later');
      return false;
    }
  }

  /** A socket stays with the person who it once spoke for. */
  #admit(connection: SocketConnection, authorization: string | null, personId: string | null): boolean {
    if (connection.personId !== null && connection.personId !== personId) return false;
    if (connection.personId === null && personId !== null) {
      connection.belongsTo(personId, this.#options.connections.admitPerson(personId));
    }
    connection.renewed(authorization);
    return true;
  }

  async #renew(connection: SocketConnection, authorization: string | undefined): Promise<void> {
    if (authorization === undefined || (await this.#authenticate(connection, authorization))) return;
    connection.close(CloseCode.Forbidden, 'Forbidden');
  }

  async #start(
    context: SocketContext,
    id: string,
    payload: SubscribePayload,
  ): Promise<ExecutionArgs | readonly GraphQLError[]> {
    const { schema } = this.#options;
    const running = new SocketOperation(context.extra, id, this.#options.pipeline);
    const outcome = await this.#run(running, payload);
    if (outcome instanceof EventFeed) {
      if (id in context.subscriptions) running.carry(outcome, context);
      else outcome.stop();
      // Without the id the library takes the message for dealt with, and sends nothing.
      delete context.subscriptions[id];
      return { schema, document: EXECUTED, rootValue: {} };
    }
    if (isSubscription(outcome) || 'data' in outcome) return { schema, document: EXECUTED, rootValue: outcome };
    return outcome.errors ?? [];
  }

  async #run(running: SocketOperation, payload: SubscribePayload): Promise<Outcome> {
    const { pipeline, limits } = this.#options;
    const { operation, connection } = running;
    const hasRoom = connection.operationCount < limits.operationsPerSocket;
    connection.started(running);
    if (connection.isEnding) return pipeline.refuse(operation, shuttingDown());
    if (!hasRoom) return pipeline.refuse(operation, tooManyOperations(limits.operationsPerSocket));
    try {
      const params = checkRequestParams(payload);
      running.ownCredentials = credentialsOfOperation(params.extensions) ?? null;
      return await pipeline.run(operation, params);
    } catch (error) {
      return pipeline.refuse(operation, error);
    }
  }
}

function shuttingDown(): RequestError {
  return new RequestError('SERVICE_UNAVAILABLE', 'The server is shutting down. Connect again.');
}

function tooManyOperations(limit: number): RequestError {
  return new RequestError('RATE_LIMITED', `One socket runs at most ${limit} operations.`);
}
