import type { Writable } from 'node:stream';

/** Unsent bytes at which streams send no more until their client has taken what it was sent. */
const FULL_BYTES = 256 * 1024;

/** What the client at the other end of a connection has not taken yet, and who waits until it has. */
export class Backpressure {
  readonly #connection: Writable;
  /** Null until somebody waits for the first time: most clients take what they are sent. */
  #resumes: Set<() => void> | null = null;

  constructor(connection: Writable) {
    this.#connection = connection;
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
    this.#waiting().add(resume);
    if (this.unsentBytes === 0) queueMicrotask(() => this.#drained());
  }

  #waiting(): Set<() => void> {
    if (this.#resumes) return this.#resumes;
    this.#resumes = new Set();
    this.#connection.on('drain', () => this.#drained());
    return this.#resumes;
  }

  #drained(): void {
    const resumes = [...this.#waiting()];
    this.#resumes?.clear();
    for (const resume of resumes) resume();
  }
}
