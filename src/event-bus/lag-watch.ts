import { RequestError } from '../errors.ts';

/**
 * Tells a client that catches up slowly from one that never will: when it had to be waited for, and after a while is no
 * closer to the end of the log than it was, its lag is hopeless. Times in milliseconds, `behind` in positions of the log.
 */
export class LagWatch {
  readonly #patienceMs: number;
  #since: { readonly at: number; readonly behind: number } | null = null;

  constructor(patienceMs: number) {
    this.#patienceMs = patienceMs;
  }

  /** Returns the time until `check` may say something. */
  waitsForClient(behind: number, now: number): number {
    this.#since ??= { at: now, behind };
    return Math.max(1, this.#since.at + this.#patienceMs - now);
  }

  /** @throws RequestError STREAM_LAGGING */
  check(behind: number, now: number): void {
    if (!this.#since || now < this.#since.at + this.#patienceMs) return;
    if (behind >= this.#since.behind) {
      throw new RequestError(
        'STREAM_LAGGING',
        'The stream is read more slowly than the log grows. Resume, or filter more.',
      );
    }
    this.#since = { at: now, behind };
  }

  /** It has caught up. */
  isOver(): void {
    this.#since = null;
  }
}
