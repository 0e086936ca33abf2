/** One parameterised statement (`$1`, `$2`, …) on its way to PostgreSQL. */
export interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
  /** Makes of the server's error what the caller of this statement knows; by default the error itself. */
  readonly refusal?: ((error: unknown) => unknown) | undefined;
}

export interface StatementResult {
  readonly rows: object[];
  /** The server's word for what was done: `INSERT`, `COMMIT`, …; empty when the statement was. */
  readonly command: string;
  /** Rows written or read. */
  readonly rowCount: number;
}

/** In the forms that the ORM's own connection gives its callers. */
export function answerOf({ rows, rowCount }: StatementResult, method: 'all' | 'get' | 'run'): unknown {
  if (method === 'get') return rows[0];
  return method === 'all' ? rows : { affectedRows: rowCount, row: rows[0], rows };
}

/** What our connections offer besides what the ORM asks of one. A transaction is what the ORM calls its context. */
export interface StatementConnection {
  /** Without a transaction the statement is one of its own. */
  run(statement: Statement, transaction?: object): Promise<StatementResult>;
  /** Runs it not later than the next statement of the transaction or its commit, which fails with it. */
  putOff(statement: Statement, transaction: object): Promise<void>;
  /** From now on nothing is read in the transaction any more: the ORM's writes are put off too. */
  putOffWrites(transaction: object): void;
}

/** Work went on after a statement of its transaction had failed: the server rolls that back when told to commit. */
export class TransactionAbortedError extends Error {
  override readonly name = 'TransactionAbortedError';

  constructor() {
    super('A statement of this transaction had failed, so the server rolled it back.');
  }
}

/** A statement whose parameters are as they will be sent. */
export interface EncodedStatement extends Statement {
  readonly values: readonly (string | Buffer | null)[];
}

/** A session of the server, for as long as somebody holds it. */
export interface HeldSession {
  /**
   * Runs statements in one go and answers what the last one did. The first that fails makes the server pass over the rest;
   * outside a transaction they are one.
   */
  execute(statements: readonly EncodedStatement[]): Promise<StatementResult>;
  /** Gives it back; nobody is given a broken one again. */
  release(isBroken?: boolean): void;
}

/** How values of a type, named by its OID, are read from their text. */
export type ParserOf = (type: number) => (text: string) => unknown;

/** Before anything else is done with it: a value that has no text must not leave half of a batch behind. */
export function encode(statement: Statement): EncodedStatement {
  return { ...statement, values: statement.values.map(parameterText) };
}

/** A parameter as PostgreSQL's text format, in which the server takes it for whatever type the place has. */
export function parameterText(value: unknown): string | Buffer | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string') return value;
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return arrayText(value);
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return String(value);
  return JSON.stringify(value);
}

function arrayText(values: readonly unknown[]): string {
  return `{${values.map(elementText).join(',')}}`;
}

function elementText(value: unknown): string {
  if (Array.isArray(value)) return arrayText(value);
  const text = value instanceof Uint8Array ? `\\x${Buffer.from(value).toString('hex')}` : parameterText(value);
  return text === null ? 'NULL' : `"${String(text).replace(/["\\]/g, '\\$&')}"`;
}
