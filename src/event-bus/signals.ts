/** Waits for signals of one name. Dispose of it when nobody waits any more. */
export class SignalListener implements Disposable {
  readonly #leave: (listener: SignalListener) => void;
  #raised = false;
  #wake = (): void => undefined;

  constructor(leave: (listener: SignalListener) => void) {
    this.#leave = leave;
  }

  raise(): void {
    this.#raised = true;
    this.#wake();
  }

  /**
   * Resolves when the signal has been raised since the last wait began to return, after `atMostMs`, or when `signal`
   * aborts. Look, then wait: what happens between the two is not missed.
   */
  async wait(atMostMs: number, signal?: AbortSignal): Promise<void> {
    if (!this.#raised && !signal?.aborted) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const wake = (): void => resolve();
      this.#wake = wake;
      const timer = setTimeout(wake, atMostMs);
      timer.unref();
      signal?.addEventListener('abort', wake, { once: true });
      try {
        await promise;
      } finally {
        clearTimeout(timer);
        signal?.removeEventListener('abort', wake);
      }
    }
    this.#raised = false;
  }

  [Symbol.dispose](): void {
    this.#leave(this);
  }
}

/**
 * "Look again at what is called so": wakes whoever waits for it in this process and, as a hint, on the other nodes. Says
 * nothing that anybody must believe, and may be lost between nodes; a waiter looks by itself now and then.
 *
 * Used for what the log itself does not tell: how far a projection got, that a saga is due, that there is a job to do.
 */
export class Signals {
  readonly #listeners = new Map<string, Set<SignalListener>>();
  readonly #publish: (name: string) => void;

  constructor(publish: (name: string) => void) {
    this.#publish = publish;
  }

  /** Never throws and never waits. After the commit it speaks of: earlier there is nothing to see. */
  raise(name: string): void {
    this.receive(name);
    this.#publish(name);
  }

  /** From another node. */
  receive(name: string): void {
    for (const listener of this.#listeners.get(name) ?? []) listener.raise();
  }

  /** Signals may have been lost: everybody looks. */
  receiveAll(): void {
    for (const name of this.#listeners.keys()) this.receive(name);
  }

  listen(name: string): SignalListener {
    const listener = new SignalListener((left) => this.#remove(name, left));
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners.add(listener));
    return listener;
  }

  #remove(name: string, listener: SignalListener): void {
    const listeners = this.#listeners.get(name);
    listeners?.delete(listener);
    if (listeners?.size === 0) this.#listeners.delete(name);
  }
}
