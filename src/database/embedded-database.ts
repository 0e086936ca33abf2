import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { EmbeddedAnswer, EmbeddedCall, EmbeddedRequest, EmbeddedRows } from './embedded-messages.ts';
import { acquireFolderLock, type FolderLock } from './folder-lock.ts';
import type { EncodedStatement, HeldSession, ParserOf, StatementResult } from './statement.ts';

/** The thread of the embedded database ended by itself: nothing can be read or written any more. */
class EmbeddedDatabaseLostError extends Error {
  override readonly name = 'EmbeddedDatabaseLostError';
}

interface Waiting {
  readonly statements: readonly EncodedStatement[];
  readonly answered: PromiseWithResolvers<EmbeddedRows>;
}

/**
 * PostgreSQL in a thread of this process, on a folder that is locked against any other process: two of them in one folder
 * corrupt it silently. It has one session, which is held by one caller after the other.
 *
 * In a thread, since it computes: opened while the program's modules are loaded it delays no start, and no statement holds up
 * the event loop (docs/decisions/022).
 */
export class EmbeddedDatabase implements AsyncDisposable {
  readonly #lock: FolderLock;
  readonly #thread = new Worker(new URL('embedded-thread.ts', import.meta.url), { name: 'database', execArgv: [] });
  readonly #exited = Promise.withResolvers<void>();
  readonly #waiting = new Map<number, Waiting>();
  readonly #opened: Promise<unknown>;
  #lastId = 0;
  #released: Promise<void> = Promise.resolve();
  #closing: Promise<void> | null = null;

  private constructor(lock: FolderLock) {
    this.#lock = lock;
    // Only an answer that is waited for keeps the process alive.
    this.#thread.unref();
    this.#thread.on('message', (answer: EmbeddedAnswer) => this.#take(answer));
    this.#thread.on('error', (error: unknown) => this.#lose(error));
    this.#thread.on('exit', (code) => {
      if (!this.#closing) this.#lose(`exit code ${code}`);
      this.#exited.resolve();
    });
    this.#opened = this.#call({ kind: 'open', folder: join(lock.folder, 'pglite') });
    // Whoever acquires the session is told.
    this.#opened.catch(() => undefined);
  }

  /**
   * Locks a data folder and begins to open its database, or to make one; who needs it waits for it. Disposing closes it and
   * gives the folder back.
   *
   * @throws FolderLockedError when another process has it.
   */
  static async open(dataDir: string): Promise<EmbeddedDatabase> {
    return new EmbeddedDatabase(await acquireFolderLock(dataDir));
  }

  /** The session, once all who asked for it before have given it back. */
  async acquire(parserOf: ParserOf): Promise<HeldSession> {
    const before = this.#released;
    const { promise, resolve: release } = Promise.withResolvers<void>();
    this.#released = promise;
    try {
      await before;
      await this.#opened;
    } catch (error) {
      release();
      throw error;
    }
    return { execute: (statements) => this.#execute(statements, parserOf), release: () => release() };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await (this.#closing ??= this.#close());
  }

  /** What was asked before is answered first. */
  async #close(): Promise<void> {
    try {
      const closed = this.#call({ kind: 'close' });
      this.#thread.ref();
      await this.#exited.promise;
      await closed;
    } finally {
      await this.#lock[Symbol.asyncDispose]();
    }
  }

  async #execute(statements: readonly EncodedStatement[], parserOf: ParserOf): Promise<StatementResult> {
    if (this.#closing) throw new Error('The embedded database is closed.');
    // Without what cannot be copied.
    const copied = statements.map(({ text, values }) => ({ text, values }));
    const { columns, rows, command, rowCount } = await this.#call({ kind: 'run', statements: copied }, statements);
    const readers = columns.map(({ name, dataTypeID }) => ({ name, parse: parserOf(dataTypeID) }));
    const read = rows.map((row) => {
      const values: Record<string, unknown> = {};
      for (const [index, { name, parse }] of readers.entries()) {
        const text = row[index] ?? null;
        values[name] = text === null ? null : parse(text);
      }
      return values;
    });
    return { rows: read, command, rowCount };
  }

  #call(request: EmbeddedRequest, statements: readonly EncodedStatement[] = []): Promise<EmbeddedRows> {
    const id = ++this.#lastId;
    const answered = Promise.withResolvers<EmbeddedRows>();
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
    this.#thread.postMessage({ id, request } satisfies EmbeddedCall);
    if (this.#waiting.size === 0) this.#thread.ref();
    this.#waiting.set(id, { statements, answered });
    return answered.promise;
  }

  #take(answer: EmbeddedAnswer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if (this.#waiting.size === 0 && !this.#closing) this.#thread.unref();
    if ('result' in answer) {
      waiting?.answered.resolve(answer.result);
      return;
    }
    const { index, message, facts } = answer.failure;
    const error = Object.assign(new Error(message), facts);
    const refusal = waiting?.statements[index]?.refusal;
    waiting?.answered.reject(refusal ? refusal(error) : error);
  }

  /** Ends the process, as it would end if the database ran in its own thread: without it nothing is right any more. */
  #lose(cause: unknown): never {
    throw new EmbeddedDatabaseLostError('The thread of the embedded database ended by itself.', { cause });
  }
}
