import { createSourceEventStream } from 'graphql';
import type { ExecutionResult } from 'graphql';
import { RequestError } from '../errors.ts';
import type { EventFeed } from './event-feed.ts';
import { EventSource } from './event-source.ts';
import { LogSubscription } from './log-subscription.ts';
import { raceAbort } from './race-abort.ts';
import { argsOf, conclude, failureOf, type Subscribing } from './subscribing.ts';
import { SubscriptionGuard } from './subscription-guard.ts';
import { SubscriptionResults } from './subscription-results.ts';

/**
 * Begins a subscription: asks its field for the source, which checks the arguments and the caller's rights, and puts
 * the guard beside it. A refused one is an ExecutionResult with errors.
 */
export async function startSubscription(
  subscribing: Subscribing,
): Promise<ExecutionResult | SubscriptionResults | EventFeed> {
  const { operation } = subscribing;
  // NOTE: the signal goes to the context only. The executor would add a listener to it that stays for the whole stream.
  const started = createSourceEventStream(argsOf(subscribing));
  const source = await raceAbort(started, operation.signal).catch((error: unknown) => {
    void started.then(release, () => undefined);
    throw error;
  });
  operation.stopTimer();
  if (!isAsyncIterable(source)) return source;
  return source instanceof EventSource ? new LogSubscription(subscribing, source).feed : follow(subscribing, source);
}

function follow(subscribing: Subscribing, source: AsyncIterable<unknown>): SubscriptionResults {
  const { host, operation, context } = subscribing;
  const results: SubscriptionResults = new SubscriptionResults(source, {
    execute: (rootValue) => host.execute(subscribing, rootValue),
    fail: (error) => failureOf(subscribing, error),
    ended: (count, error) => {
      guard?.[Symbol.dispose]();
      conclude(subscribing, count, error);
    },
    report: (error) => void host.mask(operation, error),
  });
  const end = (error: RequestError): void => results.fail(error);
  const guard =
    context.guard &&
    new SubscriptionGuard(context.guard, {
      readmit: () => readmit(subscribing),
      end,
      unknown: (error) => void host.mask(operation, error),
    });
  operation.running = { credentialsRenewed: () => guard?.check(), end };
  return results;
}

/** Asks the field again whether this caller may subscribe, and lets go of what it gives. */
async function readmit(subscribing: Subscribing): Promise<void> {
  const { host, operation } = subscribing;
  const source = await createSourceEventStream(argsOf(subscribing, await host.createContext(operation)));
  if (isAsyncIterable(source)) {
    await release(source);
    return;
  }
  const error = source.errors?.[0]?.originalError;
  throw error instanceof RequestError ? error : new RequestError('FORBIDDEN', 'You may not listen any more.');
}

function isAsyncIterable(value: object): value is AsyncIterable<unknown> {
  return Symbol.asyncIterator in value;
}

/** Ends a source that nobody will ask. */
async function release(source: AsyncIterable<unknown> | ExecutionResult): Promise<void> {
  if (isAsyncIterable(source) && !(source instanceof EventSource)) await source[Symbol.asyncIterator]().return?.();
}
