/** How a column's text becomes a value. */
export interface Column {
  readonly name: string;
  readonly parse: (text: string) => unknown;
}

export interface PreparedStatement<Described = Column> {
  /** Empty for a statement that is not kept. */
  readonly name: string;
  /** What its rows consist of; null until the server has parsed it. */
  columns: readonly Described[] | null;
}

/** Plans a connection keeps; each takes memory of the server. */
const KEPT = 150;
/** Texts remembered as used once. */
const SEEN = 2_000;
/** Has no plan to keep, and stays readable on its way to the server. */
const TRANSACTION_CONTROL = /^(?:begin|commit|rollback|savepoint|release)\b/;

/**
 * The statements one connection has prepared. Parsing and planning cost more than running most of ours, so a text that
 * comes a second time stays prepared; one that is put together once (a list of ids, a rare filter) leaves nothing behind.
 */
export class PreparedStatements<Described = Column> {
  readonly #kept = new Map<string, PreparedStatement<Described>>();
  readonly #seen: Set<string>;
  #discarded: string[] = [];
  #count = 0;

  /** `seen` holds the texts used before, on any connection of the pool. */
  constructor(seen: Set<string>) {
    this.#seen = seen;
  }

  take(text: string): PreparedStatement<Described> {
    const kept = this.#kept.get(text);
    if (kept) {
      // To the end: the first is the one unused for longest.
      this.#kept.delete(text);
      this.#kept.set(text, kept);
      return kept;
    }
    if (TRANSACTION_CONTROL.test(text) || !this.#isRepeated(text)) return { name: '', columns: null };
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size < KEPT) break;
      this.discard(oldest);
    }
    const statement: PreparedStatement<Described> = { name: `s${++this.#count}`, columns: null };
    this.#kept.set(text, statement);
    return statement;
  }

  /** It will be prepared anew, under another name. */
  discard(text: string): void {
    const statement = this.#kept.get(text);
    if (!statement) return;
    this.#kept.delete(text);
    this.#discarded.push(statement.name);
  }

  /** The names that the server must be told to close, once. */
  takeDiscarded(): readonly string[] {
    const names = this.#discarded;
    if (names.length > 0) this.#discarded = [];
    return names;
  }

  #isRepeated(text: string): boolean {
    if (this.#seen.has(text)) return true;
    if (this.#seen.size >= SEEN) this.#seen.clear();
    this.#seen.add(text);
    return false;
  }
}
