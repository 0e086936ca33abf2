import type { PostgresSession } from './postgres-session.ts';

/** What the ORM knows of a transaction: the session, and how deep inside savepoints its entity manager works. */
export class PostgresTransaction {
  readonly session: PostgresSession;
  /** Null for the outermost. */
  readonly savepoint: string | null;
  readonly #outer: PostgresTransaction | null;
  readonly #depth: number;
  #isEnding = false;
  putsOffWrites = false;

  constructor(session: PostgresSession, outer: PostgresTransaction | null = null) {
    this.session = session;
    this.#outer = outer;
    this.#depth = outer === null ? 0 : outer.#depth + 1;
    this.savepoint = outer === null ? null : `nested_${this.#depth}`;
  }

  nest(): PostgresTransaction {
    return new PostgresTransaction(this.openSession, this);
  }

  /**
   * For a statement of the transaction.
   * @throws Error once its end is under way: behind the rollback the statement would be one of its own and kept, behind that of a
   * savepoint one of the transaction around it.
   */
  get openSession(): PostgresSession {
    if (this.#isEnding) throw new Error('The transaction has ended.');
    return this.#outer === null ? this.session : this.#outer.openSession;
  }

  /** To be called before the statement that ends it is sent. */
  end(): void {
    this.#isEnding = true;
  }
}
