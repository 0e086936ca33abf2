import {
  encode,
  type EncodedStatement,
  type HeldSession,
  type Statement,
  type StatementResult,
  TransactionAbortedError,
} from './statement.ts';

/** Statements put off, at most: then they are sent. */
const MAX_PUT_OFF = 64;

/**
 * One session for the time of one transaction.
 *
 * What nobody waits for is put off and goes out with the next statement that somebody does, in order, in one write: BEGIN with
 * the first statement, the append of events with the rows, all of it with COMMIT when nothing was read in between.
 * If a statement that was put off fails, so does the one it went with.
 */
export class PostgresSession {
  readonly #held: HeldSession;
  #putOff: EncodedStatement[];
  #state: 'unsent' | 'open' | 'ended' = 'unsent';

  constructor(held: HeldSession, begin: string) {
    this.#held = held;
    this.#putOff = [{ text: begin, values: [] }];
  }

  async run(statement: Statement): Promise<StatementResult> {
    this.#refuseAfterEnd();
    const statements = [...this.#putOff, encode(statement)];
    this.#putOff = [];
    this.#state = 'open';
    return this.#held.execute(statements);
  }

  /** Sends it with the next statement that is run, or at once when many wait already. */
  async putOff(statement: Statement): Promise<void> {
    this.#refuseAfterEnd();
    if (this.#putOff.length < MAX_PUT_OFF) this.#putOff.push(encode(statement));
    else await this.run(statement);
  }

  /** Not put off: what was before it fails here, not inside. */
  async setSavepoint(name: string): Promise<void> {
    await this.run({ text: `savepoint ${name}`, values: [] });
  }

  async releaseSavepoint(name: string): Promise<void> {
    await this.run({ text: `release savepoint ${name}`, values: [] });
  }

  async rollbackToSavepoint(name: string): Promise<void> {
    this.#putOff = [];
    await this.run({ text: `rollback to savepoint ${name}`, values: [] });
  }

  /** @throws TransactionAbortedError when a statement had failed and the caller went on all the same. */
  async commit(): Promise<void> {
    if (this.#state === 'unsent' && this.#putOff.length === 1) return this.#end();
    const { command } = await this.run({ text: 'commit', values: [] });
    this.#end();
    if (command !== 'COMMIT') throw new TransactionAbortedError();
  }

  /** Gives the session back, or away if it is broken. Does nothing after the end. */
  async rollback(): Promise<void> {
    if (this.#state === 'ended') return;
    this.#putOff = [];
    if (this.#state === 'unsent') return this.#end();
    try {
      await this.run({ text: 'rollback', values: [] });
    } catch (error) {
      this.#end(true);
      throw error;
    }
    this.#end();
  }

  #end(isBroken = false): void {
    this.#state = 'ended';
    this.#held.release(isBroken);
  }

  #refuseAfterEnd(): void {
    if (this.#state === 'ended') throw new Error('The transaction has ended.');
  }
}
