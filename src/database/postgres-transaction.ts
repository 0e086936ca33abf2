import type { PostgresSession } from './postgres-session.ts';

/** What the ORM knows of a transaction: the session, and how deep inside savepoints its entity manager works. */
export class PostgresTransaction {
  readonly session: PostgresSession;
  /** Null for the outermost. */
  readonly savepoint: string | null;
  readonly #depth: number;
  putsOffWrites = false;

  constructor(session: PostgresSession, depth = 0) {
    this.session = session;
    this.#depth = depth;
    this.savepoint = depth === 0 ? null : `nested_${depth}`;
  }

  nest(): PostgresTransaction {
    return new PostgresTransaction(this.session, this.#depth + 1);
  }
}
