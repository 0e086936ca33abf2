import type { Writable } from 'node:stream';

/** Unsent bytes at which streams send no more until their client has taken what it was sent. */
const FULL_BYTES = 256 * 1024;

/** What the client at the other end of a connection has not taken yet, and who waits until it has. */
export class Backpressure {
  readonly #connection: Writable;
  readonly #resumes = new Set<() => void>();

  constructor(connection: Writable) {
    this.#connection = connection;
    connection.on('drain', () => this.#drained());
  }

  /** Bytes that the system has not taken yet. */
  get unsentBytes(): number {
    return this.#connection.writableLength;
  }

  get isFull(): boolean {
    return this.unsentBytes >= FULL_BYTES;
  }

  /** Calls `resume` once when everything was taken. */
  whenDrained(resume: () => void): void {
    this.#resumes.add(resume);
    if (this.unsentBytes === 0) queueMicrotask(() => this.#drained());
  }

  #drained(): void {
    const resumes = [...this.#resumes];
    this.#resumes.clear();
    for (const resume of resumes) resume();
  }
}
