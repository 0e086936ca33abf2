import { createSourceEventStream } from 'graphql';
import type { DocumentNode, ExecutionArgs, ExecutionResult, GraphQLError, OperationDefinitionNode } from 'graphql';
import { RequestError } from '../errors.ts';
import type { EventRendering } from '../event-bus/event-sink.ts';
import { EventFeed } from './event-feed.ts';
import type { EventRenderings, LentRendering } from './event-renderings.ts';
import { EventSource } from './event-source.ts';
import type { Operation } from './operation.ts';
import { raceAbort } from './race-abort.ts';
import type { OperationContext } from './pipeline.ts';
import type { RequestParams } from './request-params.ts';
import type { StreamView } from './shown-events.ts';
import { SubscriptionGuard } from './subscription-guard.ts';
import { type SubscriptionFailure, SubscriptionResults } from './subscription-results.ts';

export interface Subscribing {
  readonly operation: Operation;
  readonly args: ExecutionArgs & { readonly document: DocumentNode; readonly contextValue: OperationContext };
  readonly definition: OperationDefinitionNode;
  readonly params: RequestParams;
  /** Another context for the same request, with everything looked up anew. */
  readonly createContext: () => Promise<object>;
  /** The result as the client gets it. */
  readonly execute: (args: ExecutionArgs) => Promise<ExecutionResult>;
  /** The errors to show; reports what is unexpected. */
  readonly mask: (error: unknown) => GraphQLError[];
}

/**
 * Begins a subscription: asks its field for the source, which checks the arguments and the caller's rights, and puts
 * the guard beside it. A refused one is an ExecutionResult with errors.
 */
export async function startSubscription(
  subscribing: Subscribing,
  renderings: EventRenderings,
): Promise<ExecutionResult | SubscriptionResults | EventFeed> {
  const { operation, args, execute } = subscribing;
  // NOTE: the signal goes to the context only. The executor would add a listener to it that stays for the whole stream.
  const started = createSourceEventStream(args);
  const source = await raceAbort(started, operation.signal).catch((error: unknown) => {
    void started.then(release, () => undefined);
    throw error;
  });
  operation.stopTimer();
  if (!isAsyncIterable(source)) return source;
  if (source instanceof EventSource) return openFeed(subscribing, source, renderings);
  const results: SubscriptionResults = new SubscriptionResults(source, {
    execute: (rootValue) => execute({ ...args, rootValue }),
    fail: (error) => failureOf(subscribing, error),
    ended: (count, error) => conclude(subscribing, guard, count, error),
    report: (error) => void subscribing.mask(error),
  });
  const guard = guardOf(subscribing, results, () => readmit(subscribing));
  return results;
}

function openFeed(subscribing: Subscribing, source: EventSource, renderings: EventRenderings): EventFeed {
  const { args, execute } = subscribing;
  const { valueOf, viewNow } = source.parts;
  const lent = lendingFor(subscribing, source, renderings);
  const feed: EventFeed = new EventFeed({
    source,
    rendering: () => lent.now(),
    execute: async (event) => {
      const shown = (await viewNow?.()?.lookUp(event)) ?? event;
      const { errors, data } = await execute({ ...args, rootValue: valueOf(shown) });
      return JSON.stringify({ errors, data }).slice(1, -1);
    },
    fail: (error) => failureOf(subscribing, error),
    ended: (count, error) => {
      lent[Symbol.dispose]();
      conclude(subscribing, guard, count, error);
    },
  });
  // Its audience looks at changed rights by itself, in step with the events.
  const guard = guardOf(subscribing, feed, null);
  return feed;
}

/** The rendering for the viewer as the audience knows them: another one once they may read more or less. */
function lendingFor(
  { args, definition, params }: Subscribing,
  { parts: { valueOf, viewNow } }: EventSource,
  renderings: EventRenderings,
): Disposable & { now(): EventRendering | null } {
  const lend = (view: StreamView | null): LentRendering | null =>
    renderings.lend({ schema: args.schema, document: args.document, definition, params, valueOf, view });
  let view = viewNow?.() ?? null;
  let lent = lend(view);
  return {
    now() {
      const present = viewNow?.() ?? null;
      if (present?.key !== view?.key) {
        const before = lent;
        view = present;
        lent = lend(view);
        before?.[Symbol.dispose]();
      }
      return lent?.rendering ?? null;
    },
    [Symbol.dispose]: () => lent?.[Symbol.dispose](),
  };
}

interface Endable {
  fail(error: unknown): void;
}

function guardOf(
  { operation, args, mask }: Subscribing,
  subscription: Endable,
  readmit: (() => Promise<void>) | null,
): Disposable | null {
  operation.onFailure = (error) => subscription.fail(error);
  const credentials = args.contextValue.guard;
  if (!credentials) return null;
  const guard = new SubscriptionGuard(credentials, {
    readmit,
    end: (error) => subscription.fail(error),
    unknown: (error) => void mask(error),
  });
  operation.onCredentialsRenewed = () => guard.check();
  return guard;
}

/** Asks the field again whether this caller may subscribe, and lets go of what it gives. */
async function readmit({ args, createContext }: Subscribing): Promise<void> {
  const source = await createSourceEventStream({ ...args, contextValue: await createContext() });
  if (isAsyncIterable(source)) {
    await release(source);
    return;
  }
  const error = source.errors?.[0]?.originalError;
  throw error instanceof RequestError ? error : new RequestError('FORBIDDEN', 'You may not listen any more.');
}

function failureOf({ operation, mask }: Subscribing, error: unknown): SubscriptionFailure {
  const isSilent = error instanceof RequestError && operation.source.endsConnection?.(error) === true;
  return { errors: mask(error), isSilent };
}

function conclude(
  { operation }: Subscribing,
  guard: Disposable | null,
  count: number,
  error: GraphQLError | undefined,
): void {
  guard?.[Symbol.dispose]();
  operation.onCredentialsRenewed = null;
  operation.onFailure = null;
  operation.finish(error === undefined ? 'OK' : String(error.extensions['code']), count);
  operation.abort(new RequestError('SERVICE_UNAVAILABLE', 'The subscription has ended.'));
}

function isAsyncIterable(value: object): value is AsyncIterable<unknown> {
  return Symbol.asyncIterator in value;
}

/** Ends a source that nobody will ask. */
async function release(source: AsyncIterable<unknown> | ExecutionResult): Promise<void> {
  if (isAsyncIterable(source) && !(source instanceof EventSource)) await source[Symbol.asyncIterator]().return?.();
}
