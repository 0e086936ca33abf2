/** What the program asks the thread of the embedded database; it answers each in turn. */
export type EmbeddedRequest =
  | { readonly kind: 'open'; readonly folder: string }
  /** Statements in one go, of which the first failure passes over the rest. Parameters are text or bytes. */
  | { readonly kind: 'run'; readonly statements: readonly EmbeddedStatement[] }
  | { readonly kind: 'close' };

export interface EmbeddedStatement {
  readonly text: string;
  readonly values: readonly (string | Uint8Array | null)[];
}

export interface EmbeddedColumn {
  readonly name: string;
  readonly dataTypeID: number;
}

/** What the last statement answered, its values as text and without the names of their columns, which would be copied with each. */
export interface EmbeddedRows {
  readonly columns: readonly EmbeddedColumn[];
  readonly rows: readonly (readonly (string | null)[])[];
  readonly command: string;
  readonly rowCount: number;
}

/** An error as plain data: of one that is copied as an error only the message would arrive. */
export interface EmbeddedFailure {
  /** Which of the statements failed. */
  readonly index: number;
  readonly message: string;
  /** What PostgreSQL says besides: `code`, `severity`, `detail`, `constraint`, … */
  readonly facts: Readonly<Record<string, string | number>>;
}

export interface EmbeddedCall {
  readonly id: number;
  readonly request: EmbeddedRequest;
}

export type EmbeddedAnswer =
  | { readonly id: number; readonly result: EmbeddedRows }
  | { readonly id: number; readonly failure: EmbeddedFailure };
