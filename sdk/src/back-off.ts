export interface BackOffOptions {
  /** About the first pause, in milliseconds. */
  readonly baseMs: number;
  /** The longest one. */
  readonly maxMs: number;
}

/** Pauses that double up to a longest one, each shortened at random by up to half, so that clients do not come back all at once. */
export class BackOff {
  readonly #options: BackOffOptions;
  #failures = 0;

  constructor(options: BackOffOptions) {
    this.#options = options;
  }

  /** The next pause, in milliseconds. */
  next(): number {
    const { baseMs, maxMs } = this.#options;
    const longest = Math.min(maxMs, baseMs * 2 ** this.#failures);
    this.#failures = Math.min(this.#failures + 1, 30);
    return longest * (1 - Math.random() / 2);
  }

  reset(): void {
    this.#failures = 0;
  }
}

/** Resolves when the time is over or the signal aborts, whichever is first. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
  });
}
