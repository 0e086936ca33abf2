import type { ValueStore } from './value-store.ts';

/**
 * Stores the newest cursor that was reached. One write at a time; cursors reached meanwhile are one write afterwards, so a
 * slow store neither holds up the stream nor lets writes pile up. An older cursor in the store only means more repetition.
 */
export class Checkpoint {
  readonly #store: ValueStore;
  #next: string | undefined;
  #writing: Promise<void> | undefined;
  #failure: { readonly error: unknown } | undefined;

  constructor(store: ValueStore) {
    this.#store = store;
  }

  /** @throws what an earlier write failed with. */
  reached(cursor: string): void {
    if (this.#failure) throw this.#failure.error;
    this.#next = cursor;
    this.#writing ??= this.#write();
  }

  /** Until everything reached is stored. @throws what a write failed with. */
  async settled(): Promise<void> {
    await this.#writing;
    if (this.#failure) throw this.#failure.error;
  }

  async #write(): Promise<void> {
    try {
      while (this.#next !== undefined) {
        const cursor = this.#next;
        this.#next = undefined;
        await this.#store.set(cursor);
      }
    } catch (error) {
      this.#failure = { error };
    } finally {
      this.#writing = undefined;
    }
  }
}
