import { expect } from 'vitest';
import type { Sql } from '../../../src/database/sql.ts';

interface LedgerRow {
  readonly position: number;
  readonly eventId: string;
  readonly stream: string;
  readonly version: number;
}

/** The numbered log, in order. */
export async function readLedger(sql: Sql): Promise<LedgerRow[]> {
  return sql<LedgerRow>(
    `select p.position::int as position, p.event_id as "eventId", e.aggregate_type || ' ' || e.aggregate_id as stream, e.version
     from event_position p join event e on e.id = p.event_id order by p.position`,
  );
}

/** Positions are dense from 1, no event has two, and within each aggregate they ascend with its versions 1..n. */
export function expectGoodOrder(ledger: readonly LedgerRow[]): void {
  expect(ledger.map((row) => row.position)).toEqual(ledger.map((_row, index) => index + 1));
  expect(new Set(ledger.map((row) => row.eventId)).size).toBe(ledger.length);
  for (const [stream, rows] of Map.groupBy(ledger, (row) => row.stream)) {
    expect(
      rows.map((row) => row.version),
      `versions of ${stream}`,
    ).toEqual(rows.map((_row, index) => index + 1));
  }
}
