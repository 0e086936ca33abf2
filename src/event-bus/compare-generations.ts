import { IsolationLevel } from '@mikro-orm/core';
import type { Database } from '../database/database.ts';
import { runInTransactionScope } from '../database/open-transaction.ts';
import { type Sql, sqlOf } from '../database/sql.ts';
import type { EventCatalogue } from '../event-store/event-catalogue.ts';
import { applyRange } from './apply-projection.ts';
import type { Projection } from './define-projection.ts';
import type { TableDifference } from './projection.events.ts';

interface Comparison {
  readonly database: Database;
  readonly catalogue: EventCatalogue;
  readonly projection: Projection;
  readonly live: number;
  readonly rebuilt: number;
  /** How far the rebuilt generation is filled. */
  readonly filledTo: number;
}

/** A comparison reads both generations as a whole. */
const STATEMENT_MS = 600_000;

/**
 * What differs between two generations at the same position; null when the live one is behind the other.
 *
 * Both are looked at in one snapshot, in which the rebuilt one is first brought to the live one's position; then all of it
 * is rolled back. So the live lane goes on meanwhile, and nothing is locked.
 */
export async function compareGenerations(comparison: Comparison): Promise<TableDifference[] | null> {
  const em = comparison.database.orm.em.fork();
  return runInTransactionScope(em, async () => {
    await em.begin({ isolationLevel: IsolationLevel.REPEATABLE_READ });
    try {
      return await compare(sqlOf(em), comparison);
    } finally {
      await em.rollback();
    }
  });
}

async function compare(
  sql: Sql,
  { catalogue, projection, live, rebuilt, filledTo }: Comparison,
): Promise<TableDifference[] | null> {
  await sql(`select set_config('statement_timeout', $1, true)`, [String(STATEMENT_MS)]);
  const [lane] = await sql<{ position: string }>('select position::text from handler_lane where handler = $1', [
    projection.name,
  ]);
  const position = Number(lane?.position ?? 0);
  if (position < filledTo) return null;
  await applyRange(sql, catalogue, projection, rebuilt, { after: filledTo, upTo: position });
  const differences: TableDifference[] = [];
  for (const table of projection.tables) {
    const [onlyBefore, onlyAfter] = [
      await countOnlyIn(sql, table, live, rebuilt),
      await countOnlyIn(sql, table, rebuilt, live),
    ];
    if (onlyBefore + onlyAfter > 0) differences.push({ table, onlyBefore, onlyAfter });
  }
  return differences;
}

async function countOnlyIn(sql: Sql, table: string, one: number, other: number): Promise<number> {
  const rows = (place: string): string =>
    `select to_jsonb(t) - 'generation' as row from ${table} t where t.generation = ${place}`;
  const [found] = await sql<{ count: string }>(
    `select count(*)::text as count from (${rows('$1')} except all ${rows('$2')}) d`,
    [one, other],
  );
  return Number(found?.count ?? 0);
}
