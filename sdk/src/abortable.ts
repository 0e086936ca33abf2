/** What the promise gives, or the signal's reason if it aborts first. What the promise stands for goes on. */
export async function abortable<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  signal.throwIfAborted();
  let interrupt = (): void => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    interrupt = () => reject(signal.reason as Error);
    signal.addEventListener('abort', interrupt);
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', interrupt);
  }
}
