/**
 * A generator whose `return` takes effect at once: it aborts the signal that the generator waits with. By itself it
 * would wait for whatever `next` is waiting for, which on a quiet stream may never come.
 */
export function endable<Item>(
  make: (signal: AbortSignal) => AsyncGenerator<Item, void, undefined>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Item, void, undefined> {
  const ending = new AbortController();
  const generator = make(signal ? AbortSignal.any([ending.signal, signal]) : ending.signal);
  const end = generator.return.bind(generator);
  generator.return = async (value) => {
    ending.abort();
    return end(value);
  };
  return generator;
}
