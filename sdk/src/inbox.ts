import type { SignalboxError } from './errors.ts';
import type { StreamResult, StreamSink } from './stream-transport.ts';

/** What one connection of a stream brought, in order. */
export type Arrival =
  | { readonly kind: 'result'; readonly result: StreamResult }
  | { readonly kind: 'heartbeat'; readonly cursor: string }
  | { readonly kind: 'end'; readonly error: SignalboxError | null; readonly token: string | null }
  /** More results came than may wait. Those that wait were kept; what came after them was not. */
  | { readonly kind: 'overflow' };

/**
 * Holds what arrives until it is asked for, up to a limit: a socket brings events as fast as the server sends them, however
 * slow the program is that takes them. Beyond the limit nothing more is accepted.
 */
export class Inbox implements StreamSink {
  readonly #limit: number;
  readonly #onFull: () => void;
  readonly #signal: AbortSignal;
  #waiting: Arrival[] = [];
  #taken = 0;
  #isFull = false;
  #wake = (): void => undefined;

  constructor(options: { readonly limit: number; readonly signal: AbortSignal; readonly onFull: () => void }) {
    this.#limit = options.limit;
    this.#onFull = options.onFull;
    this.#signal = options.signal;
    this.#signal.addEventListener('abort', this.#interrupt);
  }

  result(result: StreamResult): void {
    if (this.#isFull) return;
    if (this.#waiting.length - this.#taken < this.#limit) {
      this.#put({ kind: 'result', result });
    } else {
      this.#put({ kind: 'overflow' });
      this.#isFull = true;
      this.#onFull();
    }
  }

  /** Only the last of several in a row counts. */
  heartbeat(cursor: string): void {
    if (this.#isFull) return;
    const last = this.#waiting.length - 1;
    if (last >= this.#taken && this.#waiting[last]?.kind === 'heartbeat') this.#waiting.pop();
    this.#put({ kind: 'heartbeat', cursor });
  }

  end(error: SignalboxError | null, token: string | null): void {
    if (!this.#isFull) this.#put({ kind: 'end', error, token });
  }

  /** The next arrival; null once the signal has aborted. One call at a time. */
  async take(): Promise<Arrival | null> {
    while (!this.#signal.aborted) {
      const arrival = this.#waiting[this.#taken];
      if (arrival) {
        this.#taken += 1;
        if (this.#taken === this.#waiting.length) {
          this.#waiting = [];
          this.#taken = 0;
        }
        return arrival;
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return null;
  }

  close(): void {
    this.#signal.removeEventListener('abort', this.#interrupt);
  }

  readonly #interrupt = (): void => this.#wake();

  #put(arrival: Arrival): void {
    this.#waiting.push(arrival);
    this.#wake();
  }
}
