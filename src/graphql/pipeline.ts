import { createYoga } from 'graphql-yoga';
import type { YogaServerInstance } from 'graphql-yoga';
import { getOperationAST, Kind } from 'graphql';
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
import type { RequestOrigin } from '../viewer.ts';
import { describeFailure } from './describe-failure.ts';
import { useDocumentRules } from './document-rules.ts';
import { toHttpResult } from './http-status.ts';
import type { JsonMediaType } from './http-status.ts';
import { maskErrors } from './mask-error.ts';
import { operationCost } from './operation-cost.ts';
import { fragmentsOf } from './operation-limits.ts';
import { Operation } from './operation.ts';
import type { OperationSource, TransportName } from './operation.ts';
import { raceAbort } from './race-abort.ts';
import type { RequestParams } from './request-params.ts';
import { SubscriptionResults } from './subscription-results.ts';

/** Root fields that hash many passwords; they get `limits.importTimeoutMs`. */
const LONG_FIELDS: ReadonlySet<string> = new Set(['importUsers']);

/** Who calls, for the context. `authorization` is read anew at each access: a socket may renew its token meanwhile. */
export interface ContextRequest {
  readonly authorization: string | null;
  readonly origin: RequestOrigin;
  readonly transport: TransportName;
  /** Aborted when the caller went away or the time is over. */
  readonly signal: AbortSignal;
}

export interface PipelineOptions<Context extends object> {
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

/** What yoga carries along with one HTTP request. */
export interface HttpOperation {
  readonly operation: Operation;
  readonly requestParams: RequestParams;
  readonly jsonType: JsonMediaType;
}

/** What a resolver may leave in its context to be sent beside the data. */
interface ResultExtensions {
  readonly resultExtensions?: Readonly<Record<string, unknown>>;
}

/**
 * The one way from a request to its result, for HTTP, event streams and sockets alike:
 * parse → limits → validate → cost → context → execute → mask errors → log.
 */
export class Pipeline<Context extends object> {
  readonly yoga: YogaServerInstance<HttpOperation, object>;
  readonly #options: PipelineOptions<Context>;

  constructor(options: PipelineOptions<Context>) {
    this.#options = options;
    this.yoga = createYoga<HttpOperation>({
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

  open(source: Omit<OperationSource, 'logger'>): Operation {
    return new Operation({ ...source, logger: this.#options.logger });
  }

  /** Never rejects: whatever goes wrong is in the result's errors, which may be shown as they are. */
  async run(operation: Operation, params: RequestParams): Promise<ExecutionResult | SubscriptionResults> {
    try {
      const result = await this.#execute(operation, params);
      if (!(result instanceof SubscriptionResults)) finish(operation, result);
      return result;
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

  async #execute(operation: Operation, params: RequestParams): Promise<ExecutionResult | SubscriptionResults> {
    const { schema, limits } = this.#options;
    const enveloped = this.yoga.getEnveloped({ params });
    const document = enveloped.parse(params.query) as DocumentNode;
    const errors = enveloped.validate(schema, document) as readonly GraphQLError[];
    if (errors.length > 0) return { errors: errors.flatMap((error) => this.#mask(operation, error)) };
    const definition = definitionIn(document, params.operationName);
    operation.identify(definition);
    this.#admit(operation, definition, document, params);
    operation.startTimer(timeLimit(definition, limits));
    const contextValue = await raceAbort(this.#createContext(operation), operation.signal);
    const args: ExecutionArgs & { signal?: AbortSignal } = {
      schema,
      document,
      contextValue,
      variableValues: params.variables,
      operationName: params.operationName,
    };
    if (definition.operation === 'subscription') {
      return this.#subscribe(operation, args, contextValue, (subscription) => enveloped.subscribe(subscription));
    }
    args.signal = operation.signal;
    const executed = Promise.resolve(enveloped.execute(args)) as Promise<ExecutionResult>;
    const result = await raceAbort(executed, operation.signal);
    return this.#deliver(operation, contextValue, result);
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
    const { origin, authorization } = operation.source;
    return this.#options.createContext({
      get authorization() {
        return authorization();
      },
      origin,
      transport: operation.transport,
      signal: operation.signal,
    });
  }

  async #subscribe(
    operation: Operation,
    args: ExecutionArgs,
    context: Context & ResultExtensions,
    subscribe: (args: ExecutionArgs) => unknown,
  ): Promise<ExecutionResult | SubscriptionResults> {
    // NOTE: the signal goes to the context only. The executor would add a listener to it that stays for the whole stream.
    const started = Promise.resolve(subscribe(args)) as Promise<AsyncIterable<ExecutionResult> | ExecutionResult>;
    const result = await raceAbort(started, operation.signal).catch((error: unknown) => {
      void started.then(release, () => undefined);
      throw error;
    });
    operation.stopTimer();
    if (!isAsyncIterable(result)) return this.#deliver(operation, context, result);
    return new SubscriptionResults(result, {
      deliver: (event) => this.#deliver(operation, context, event),
      fail: (error) => this.#mask(operation, error),
      ended: (count, error) => {
        operation.finish(codeOf(error), count);
        operation.abort(new RequestError('SERVICE_UNAVAILABLE', 'The subscription has ended.'));
      },
    });
  }

  #deliver(operation: Operation, context: Context & ResultExtensions, result: ExecutionResult): ExecutionResult {
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
    const run = async ({ operation, requestParams, jsonType }: HttpOperation): Promise<unknown> => {
      const result = await this.run(operation, requestParams);
      return result instanceof SubscriptionResults ? result : toHttpResult(result, jsonType);
    };
    return {
      onRequestParse({ serverContext, setRequestParser }: RequestParseEvent) {
        setRequestParser(() => ({ query: serverContext.requestParams.query }));
      },
      onParams({ context, setParamsHandler }: ParamsEvent) {
        setParamsHandler(() => run(context));
      },
    };
  }
}

interface RequestParseEvent {
  readonly serverContext: HttpOperation;
  readonly setRequestParser: (parser: () => { query: string }) => void;
}

interface ParamsEvent {
  readonly context: HttpOperation;
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

function isAsyncIterable(value: unknown): value is AsyncIterable<ExecutionResult> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}

/** Ends a stream that began after its operation was given up. */
function release(result: AsyncIterable<ExecutionResult> | ExecutionResult): unknown {
  return isAsyncIterable(result) ? result[Symbol.asyncIterator]().return?.() : undefined;
}
