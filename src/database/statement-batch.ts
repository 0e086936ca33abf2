import type { Connection, PoolClient, Submittable } from 'pg';
import type { Column, PreparedStatement, PreparedStatements } from './prepared-statements.ts';
import { isStale } from './stale-statement.ts';
import type { EncodedStatement, StatementResult } from './statement.ts';

interface RowDescription {
  readonly fields: readonly { readonly name: string; readonly dataTypeID: number }[];
}

/**
 * Statements that go to the server in one write and come back with one answer: a round trip costs more than most statements
 * do. The first that fails makes the server pass over the rest, and its error is that of the batch. Outside a transaction
 * the batch is one.
 *
 * Implements what `pg` asks of a query of one's own: it is given the connection once, and from then on each message.
 */
export class StatementBatch implements Submittable {
  readonly #statements: readonly EncodedStatement[];
  readonly #client: PoolClient;
  readonly #prepared: PreparedStatements | null;
  readonly #outcome = Promise.withResolvers<StatementResult>();
  readonly #taken: PreparedStatement[] = [];
  #current = 0;
  #columns: readonly Column[] = [];
  #rows: object[] = [];
  #unreadable: Error | null = null;
  #last: StatementResult = { rows: [], command: '', rowCount: 0 };

  /** `prepared` is null where statements must not be kept, behind a pooler that mixes sessions. */
  constructor(client: PoolClient, prepared: PreparedStatements | null, statements: readonly EncodedStatement[]) {
    this.#client = client;
    this.#prepared = prepared;
    this.#statements = statements;
  }

  /** What the last statement answered. */
  execute(): Promise<StatementResult> {
    this.#client.query(this);
    return this.#outcome.promise;
  }

  submit(connection: Connection): void {
    connection.stream.cork();
    try {
      for (const name of this.#prepared?.takeDiscarded() ?? []) connection.close({ type: 'S', name }, true);
      for (const statement of this.#statements) this.#write(connection, statement);
      connection.sync();
    } finally {
      connection.stream.uncork();
    }
    this.#begin();
  }

  #write(connection: Connection, { text, values }: EncodedStatement): void {
    const prepared = this.#prepared?.take(text) ?? { name: '', columns: null };
    const isParsed = prepared.columns !== null || this.#taken.includes(prepared);
    this.#taken.push(prepared);
    const { name } = prepared;
    if (!isParsed) {
      connection.parse({ name, text, types: [] }, true);
      connection.describe({ type: 'S', name }, true);
    }
    connection.bind({ statement: name, values: [...values] }, true);
    connection.execute(null, true);
  }

  #begin(): void {
    this.#columns = this.#taken[this.#current]?.columns ?? [];
    this.#rows = [];
  }

  handleRowDescription({ fields }: RowDescription): void {
    this.#columns = fields.map(({ name, dataTypeID }) => ({
      name,
      parse: this.#client.getTypeParser(dataTypeID, 'text') as Column['parse'],
    }));
  }

  handleDataRow({ fields }: { readonly fields: readonly (string | null)[] }): void {
    if (this.#unreadable) return;
    const row: Record<string, unknown> = {};
    try {
      for (const [index, { name, parse }] of this.#columns.entries()) {
        const text = fields[index] ?? null;
        row[name] = text === null ? null : parse(text);
      }
    } catch (error) {
      this.#unreadable = error instanceof Error ? error : new Error(String(error));
    }
    this.#rows.push(row);
  }

  handleCommandComplete({ text }: { readonly text: string }): void {
    const prepared = this.#taken[this.#current];
    if (prepared) prepared.columns ??= this.#columns;
    const [command = '', ...counts] = text.split(' ');
    this.#last = { rows: this.#rows, command, rowCount: Number(counts.at(-1) ?? 0) };
    this.#current++;
    this.#begin();
  }

  handleEmptyQuery(): void {
    this.handleCommandComplete({ text: '' });
  }

  /** From the server, or from the connection when it is lost; the server's "ready" follows only the first. */
  handleError(error: unknown): void {
    const failed = this.#statements[this.#current];
    if (failed && isStale(error)) this.#prepared?.discard(failed.text);
    // The failed one may have been parsed or not, those behind it were passed over.
    for (const [index, { text }] of this.#statements.entries()) {
      if (!this.#taken[index]?.columns) this.#prepared?.discard(text);
    }
    this.#outcome.reject(failed?.refusal ? failed.refusal(error) : error);
  }

  /** Only now is everything done: outside a transaction the server commits after the last answer. */
  handleReadyForQuery(): void {
    if (this.#unreadable) this.#outcome.reject(this.#unreadable);
    else this.#outcome.resolve(this.#last);
  }

  handlePortalSuspended(): void {
    this.#outcome.reject(new Error('The server sent a part of the rows only.'));
  }

  handleCopyInResponse(connection: { sendCopyFail(reason: string): void }): void {
    connection.sendCopyFail('COPY has a protocol of its own.');
  }

  handleCopyData(): void {
    this.#unreadable ??= new Error('COPY has a protocol of its own.');
  }
}
