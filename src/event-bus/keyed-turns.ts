/**
 * One at a time for each key, in the order they came. Duplicates of a command on one node wait here for the first, not
 * in the database, where each would hold a connection meanwhile.
 */
export class KeyedTurns {
  readonly #last = new Map<string, Promise<unknown>>();

  async take<Result>(key: string, work: () => Promise<Result>): Promise<Result> {
    const before = this.#last.get(key);
    const turn = before ? before.then(work, work) : work();
    this.#last.set(key, turn);
    try {
      return await turn;
    } finally {
      if (this.#last.get(key) === turn) this.#last.delete(key);
    }
  }
}
