import type { Sql } from '../database/sql.ts';

/** A plain JSON object. */
export type PersonalRecord = Readonly<Record<string, unknown>>;

export interface PersonalPage {
  readonly records: readonly PersonalRecord[];
  /** Where the next page begins; null after the last. */
  readonly next: string | null;
}

/** A part of what is kept about a person. */
export interface PersonalSection {
  /** The name of the list in an export. */
  readonly name: string;
  /** At most `limit` records behind `after`, in an order that does not change. No secrets. */
  read(sql: Sql, personId: string, after: string | null, limit: number): Promise<PersonalPage>;
}

/** What a module keeps about people, outside of the log. */
export interface PersonalData {
  readonly sections?: readonly PersonalSection[];
  /**
   * Takes it away, or what in it tells who it was. In a transaction, after the key is gone and the account is
   * nobody's; runs twice, and again after a crash.
   */
  forget?(sql: Sql, personId: string): Promise<void>;
}

/** One page of rows that are read by a column in ascending order, which is `next` too. */
export function pageOfRecords<Row extends PersonalRecord>(
  rows: readonly Row[],
  limit: number,
  placeOf: (row: Row) => string,
): PersonalPage {
  const last = rows.at(-1);
  return { records: rows, next: last && rows.length === limit ? placeOf(last) : null };
}
