import { HandlerTimeoutError } from './lane.ts';

/** The work's outcome, or HandlerTimeoutError after `timeoutMs`, or the reason of the abort. The work is told through its signal; it does not begin after the abort. */
export async function withinTime<Result>(
  timeoutMs: number,
  outer: AbortSignal,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  outer.throwIfAborted();
  const control = new AbortController();
  const { promise: ended, reject } = Promise.withResolvers<never>();
  const end = (reason: unknown): void => {
    control.abort(reason);
    reject(reason);
  };
  const onAbort = (): void => end(outer.reason);
  const timer = setTimeout(() => end(new HandlerTimeoutError(`No end after ${timeoutMs} ms.`)), timeoutMs);
  outer.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([work(control.signal), ended]);
  } finally {
    clearTimeout(timer);
    outer.removeEventListener('abort', onAbort);
  }
}
