import { createYoga } from 'graphql-yoga';
import type { YogaServerInstance } from 'graphql-yoga';
import { execute, getOperationAST, Kind } from 'graphql';
import type {
  DocumentNode,
  ExecutionArgs,
  ExecutionResult,
  GraphQLError,
  GraphQLSchema,
  OperationDefinitionNode,
} from 'graphql';
import type { Logger } from 'pino';
import type { TransportLimits } from '../config/config.ts';
import { RequestError } from '../errors.ts';
import { inSpan } from '../tracing.ts';
import type { CredentialsGuard } from './context.ts';
import { type ContextRequest, OperationRequest } from './context-request.ts';
import { describeFailure } from './describe-failure.ts';
import { EventFeed } from './event-feed.ts';
import { EventRenderings } from './event-renderings.ts';
import { useDocumentRules } from './document-rules.ts';
import { toHttpResult } from './http-status.ts';
import type { JsonMediaType } from './http-status.ts';
import { maskErrors } from './mask-error.ts';
import { operationCost } from './operation-cost.ts';
import { fragmentsOf } from './operation-limits.ts';
import { Operation } from './operation.ts';
import type { OperationSource } from './operation.ts';
import { raceAbort } from './race-abort.ts';
import type { RequestParams } from './request-params.ts';
import { argsOf, type SubscriptionHost } from './subscribing.ts';
import { SubscribedDocument } from './subscribed-document.ts';
import { startSubscription } from './subscription-starter.ts';
import { SubscriptionResults } from './subscription-results.ts';

/** Root fields that hash many passwords; they get `limits.importTimeoutMs`. */
const LONG_FIELDS: ReadonlySet<string> = new Set(['importUsers']);

/** What the transport uses of a context, whatever else that is. */
export interface OperationContext {
  /** Who it speaks for; absent for nobody. */
  readonly personId?: string | null;
  /** What a resolver left to be sent beside the data. */
  readonly resultExtensions?: Readonly<Record<string, unknown>>;
  readonly guard?: CredentialsGuard;
}

export interface PipelineOptions<Context extends OperationContext> {
  readonly schema: GraphQLSchema;
  readonly production: boolean;
  readonly limits: TransportLimits;
  readonly logger: Logger;
  readonly createContext: (request: ContextRequest) => Promise<Context>;
  onDenied?(this: void, denial: Denial<Context>): void;
}

/** Somebody asked for what they may not have; `paths` are the places in the answer, at most ten. */
export interface Denial<Context> {
  readonly context: Context;
  readonly requestId: string;
  readonly paths: readonly string[];
}

const MAX_DENIED_PATHS = 10;

/** What yoga carries along with one HTTP request: the result is there, yoga chooses and writes the answer. */
export interface HttpResult {
  readonly result: ExecutionResult;
  readonly requestParams: RequestParams;
  readonly jsonType: JsonMediaType;
}

/** What comes of an operation: one result, or a subscription that has begun. */
export type Outcome = ExecutionResult | SubscriptionResults | EventFeed;

/**
 * The one way from a request to its result, for HTTP, event streams and sockets alike:
 * parse → limits → validate → cost → context → execute → mask errors → log.
 */
export class Pipeline<Context extends OperationContext> {
  readonly yoga: YogaServerInstance<HttpResult, object>;
  readonly #options: PipelineOptions<Context>;
  readonly #host: SubscriptionHost<Context>;

  constructor(options: PipelineOptions<Context>) {
    this.#options = options;
    this.#host = {
      schema: options.schema,
      renderings: new EventRenderings(),
      createContext: (operation) => this.#createContext(operation),
      // NOTE: yoga's executor would take the document for another subscription.
      execute: async (subscribing, rootValue) =>
        this.#deliver(subscribing.operation, subscribing.context, await execute({ ...argsOf(subscribing), rootValue })),
      mask: (operation, error) => this.#mask(operation, error),
    };
    this.yoga = createYoga<HttpResult>({
      schema: options.schema,
      plugins: [useDocumentRules(options), this.#asYogaPlugin()],
      // Each of these is done before yoga or inside `run`, in a form that holds for sockets too.
      batching: false,
      cors: false,
      graphiql: false,
      landingPage: false,
      logging: false,
      maskedErrors: false,
      maxRequestBodySize: false,
      multipart: false,
      parserAndValidationCache: false,
    });
  }

  open(source: OperationSource): Operation {
    return new Operation(source, this.#options.logger);
  }

  /** Never rejects: whatever goes wrong is in the result's errors, which may be shown as they are. */
  async run(operation: Operation, params: RequestParams): Promise<Outcome> {
    const { transport, source } = operation;
    try {
      const options = { kind: 'SERVER', parents: [source.origin.traceParent], attributes: { transport } } as const;
      return await inSpan('graphql', options, async (span) => {
        const outcome = await this.#execute(operation, params);
        span.rename(operation.title);
        if (!isSubscription(outcome)) finish(operation, outcome);
        return outcome;
      });
    } catch (error) {
      return this.refuse(operation, error);
    }
  }

  /** Ends an operation that did not get to run. */
  refuse(operation: Operation, error: unknown): ExecutionResult {
    const result = { errors: this.#mask(operation, error) };
    finish(operation, result);
    return result;
  }

  /** The errors to show for one that happened in this operation; the unexpected is logged and replaced. */
  #mask(operation: Operation, error: unknown): GraphQLError[] {
    const { requestId } = operation;
    const { production, logger } = this.#options;
    return maskErrors(error, {
      requestId,
      production,
      report: (unexpected) => logger.error({ requestId, failure: describeFailure(unexpected) }, 'unexpected error'),
    });
  }

  async #execute(operation: Operation, params: RequestParams): Promise<Outcome> {
    const { schema, limits } = this.#options;
    const enveloped = this.yoga.getEnveloped({ params });
    const document = enveloped.parse(params.query) as DocumentNode;
    const errors = enveloped.validate(schema, document) as readonly GraphQLError[];
    if (errors.length > 0) return { errors: errors.flatMap((error) => this.#mask(operation, error)) };
    const definition = definitionIn(document, params.operationName);
    operation.identify(definition);
    this.#admit(operation, definition, document, params);
    if (definition.operation === 'subscription') operation.source.admitSubscription?.();
    operation.startTimer(timeLimit(definition, limits));
    const contextValue = await raceAbort(this.#createContext(operation), operation.signal);
    if (definition.operation === 'subscription') {
      if (contextValue.personId != null) operation.source.admitSubscriber?.(contextValue.personId);
      const { query, variables, operationName } = params;
      const outcome = await startSubscription({
        host: this.#host,
        operation,
        document: new SubscribedDocument(document, query),
        params: { variables, operationName },
        context: contextValue,
      });
      return isSubscription(outcome) ? outcome : this.#deliver(operation, contextValue, outcome);
    }
    const args: ExecutionArgs & { signal: AbortSignal } = {
      schema,
      document,
      contextValue,
      variableValues: params.variables,
      operationName: params.operationName,
      signal: operation.signal,
    };
    const executed = Promise.resolve(enveloped.execute(args)) as Promise<ExecutionResult>;
    return this.#deliver(operation, contextValue, await raceAbort(executed, operation.signal));
  }

  /** Refuses before the context is built what the caller could not receive or may not ask for. */
  #admit(
    operation: Operation,
    definition: OperationDefinitionNode,
    document: DocumentNode,
    params: RequestParams,
  ): void {
    if (definition.operation === 'subscription' && !operation.canStream) {
      throw new RequestError('BAD_USER_INPUT', 'A subscription needs "Accept: text/event-stream" or a WebSocket.');
    }
    const { schema, limits } = this.#options;
    const fragments = fragmentsOf(document);
    const cost = operationCost({ schema, operation: definition, fragments, variables: params.variables });
    if (cost > limits.maxCost) {
      throw new RequestError('BAD_USER_INPUT', `The operation costs ${cost}, more than the ${limits.maxCost} allowed.`);
    }
  }

  async #createContext(operation: Operation): Promise<Context> {
    return this.#options.createContext(new OperationRequest(operation));
  }

  #deliver(operation: Operation, context: Context, result: ExecutionResult): ExecutionResult {
    const { resultExtensions } = context;
    const errors = result.errors?.flatMap((error) => this.#mask(operation, error));
    if (errors) this.#reportDenial(operation, context, errors);
    return {
      ...result,
      ...(errors === undefined ? {} : { errors }),
      ...(resultExtensions === undefined ? {} : { extensions: { ...result.extensions, ...resultExtensions } }),
    };
  }

  #reportDenial({ requestId }: Operation, context: Context, errors: readonly GraphQLError[]): void {
    const denied = errors.filter(({ extensions }) => extensions['code'] === 'FORBIDDEN').slice(0, MAX_DENIED_PATHS);
    if (denied.length === 0) return;
    this.#options.onDenied?.({ context, requestId, paths: denied.map(({ path }) => path?.join('.') ?? '') });
  }

  /** Lets yoga choose and write the answer, but neither read the request nor run it. */
  #asYogaPlugin(): object {
    return {
      onRequestParse({ serverContext, setRequestParser }: RequestParseEvent) {
        setRequestParser(() => ({ query: serverContext.requestParams.query }));
      },
      onParams({ context: { result, jsonType }, setParamsHandler }: ParamsEvent) {
        setParamsHandler(() => Promise.resolve(toHttpResult(result, jsonType)));
      },
    };
  }
}

export function isSubscription(outcome: Outcome): outcome is SubscriptionResults | EventFeed {
  return outcome instanceof SubscriptionResults || outcome instanceof EventFeed;
}

interface RequestParseEvent {
  readonly serverContext: HttpResult;
  readonly setRequestParser: (parser: () => { query: string }) => void;
}

interface ParamsEvent {
  readonly context: HttpResult;
  readonly setParamsHandler: (handler: () => Promise<unknown>) => void;
}

function definitionIn(document: DocumentNode, name: string | null): OperationDefinitionNode {
  const definition = getOperationAST(document, name);
  if (definition != null) return definition;
  const message =
    name === null ? 'The document needs one operation, or "operationName".' : 'The document has no such operation.';
  throw new RequestError('BAD_USER_INPUT', message);
}

function timeLimit(definition: OperationDefinitionNode, limits: TransportLimits): number {
  const isLong = definition.selectionSet.selections.some(
    (selection) => selection.kind === Kind.FIELD && LONG_FIELDS.has(selection.name.value),
  );
  return isLong ? limits.importTimeoutMs : limits.operationTimeoutMs;
}

function finish(operation: Operation, result: ExecutionResult): void {
  operation.finish(codeOf(result.errors?.[0]));
}

function codeOf(error: GraphQLError | undefined): string {
  return error === undefined ? 'OK' : String(error.extensions['code']);
}
