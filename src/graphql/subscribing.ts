import type { ExecutionArgs, ExecutionResult, GraphQLError, GraphQLSchema } from 'graphql';
import { RequestError } from '../errors.ts';
import type { EventRenderings } from './event-renderings.ts';
import type { Operation } from './operation.ts';
import type { OperationContext } from './pipeline.ts';
import type { RequestParams } from './request-params.ts';
import type { SubscribedDocument } from './subscribed-document.ts';
import type { SubscriptionFailure } from './subscription-results.ts';

/** What all subscriptions of a pipeline share. */
export interface SubscriptionHost<Context extends OperationContext = OperationContext> {
  readonly schema: GraphQLSchema;
  readonly renderings: EventRenderings;
  /** Another context for the same request, with everything looked up anew. */
  createContext(operation: Operation): Promise<object>;
  /** The result as the client gets it. */
  execute(subscribing: Subscribing<Context>, rootValue: unknown): Promise<ExecutionResult>;
  /** The errors to show; reports what is unexpected. */
  mask(operation: Operation, error: unknown): GraphQLError[];
}

/** A subscription on its way, and as long as it runs: nothing that only its beginning needs. */
export interface Subscribing<Context extends OperationContext = OperationContext> {
  readonly host: SubscriptionHost<Context>;
  readonly operation: Operation;
  readonly document: SubscribedDocument;
  readonly params: SubscriptionParams;
  readonly context: Context;
}

export type SubscriptionParams = Pick<RequestParams, 'variables' | 'operationName'>;

/** What GraphQL executes for a subscription, with one value of its source or, without, for the source itself. */
export function argsOf(
  { host: { schema }, document, params, context }: Subscribing,
  contextValue: object = context,
): ExecutionArgs {
  const { variables, operationName } = params;
  return { schema, document: document.parsed, contextValue, variableValues: variables, operationName };
}

/** How a client is told of a failure. */
export function failureOf({ host, operation }: Subscribing, error: unknown): SubscriptionFailure {
  const isSilent = error instanceof RequestError && operation.source.endsConnection?.(error) === true;
  return { errors: host.mask(operation, error), isSilent };
}

/** Nothing more will come of it. */
export function conclude({ operation }: Subscribing, count: number, error: GraphQLError | undefined): void {
  operation.running = null;
  operation.finish(error === undefined ? 'OK' : String(error.extensions['code']), count);
  operation.abort(new RequestError('SERVICE_UNAVAILABLE', 'The subscription has ended.'));
}
