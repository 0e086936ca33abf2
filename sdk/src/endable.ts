import { LinkedSignal } from './linked-signal.ts';

/**
 * A generator that ends when a signal aborts, and whose `return` takes effect at once: `make` waits with a signal that
 * aborts then. By itself `return` would wait for what `next` is waiting for, which on a quiet stream may never come.
 */
export function endable<Item>(
  make: (signal: AbortSignal) => AsyncGenerator<Item, void, undefined>,
  ...signals: readonly (AbortSignal | undefined)[]
): AsyncGenerator<Item, void, undefined> {
  const ending = new AbortController();
  const generator = run(make, [ending.signal, ...signals]);
  const end = generator.return.bind(generator);
  generator.return = async (value) => {
    ending.abort();
    return end(value);
  };
  return generator;
}

async function* run<Item>(
  make: (signal: AbortSignal) => AsyncGenerator<Item, void, undefined>,
  signals: readonly (AbortSignal | undefined)[],
): AsyncGenerator<Item, void, undefined> {
  const linked = new LinkedSignal(...signals);
  try {
    yield* make(linked.signal);
  } finally {
    linked.release();
  }
}
