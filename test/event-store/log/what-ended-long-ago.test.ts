import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Sql } from '../../../src/database/sql.ts';
import { EventCatalogue } from '../../../src/event-store/event-catalogue.ts';
import type { EventFilter } from '../../../src/event-store/event-filter.ts';
import { EventLog } from '../../../src/event-store/read-events.ts';
import { generateLog } from '../../support/generated-log.ts';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.ts';

const EVENTS = 40_000;
/** Of 8 KiB. The positions that follow what ended are hundreds of blocks of the ledger. */
const MOST_BLOCKS = 250;
const ENDED = '0191d5a0-0000-7000-8000-000000000001';

let database: TestDatabase;
let pool: pg.Pool;
const sql: Sql = async <Row extends object>(text: string, parameters: readonly unknown[] = []) =>
  (await pool.query<Row>(text, [...parameters])).rows;

// Every tenth event of the first half has what nothing has had since: to the planner, which knows how often in a month but not
// when, it is frequent everywhere.
beforeAll(async () => {
  database = await createTestDatabase();
  pool = new pg.Pool({ connectionString: database.url, max: 1 });
  // An idle connection may still be there when the database is dropped with force.
  pool.on('error', () => undefined);
  await generateLog(sql, { events: EVENTS, from: new Date(Date.now() - 3_600_000) });
  // Triggers stay silent on a replica: nobody else may rewrite the ledger.
  await sql('set session_replication_role = replica');
  await sql(
    `update event_position set type = 'ENDED', actor_key = event_key($1), subject_key = event_key($1)
     where position <= $2 and position % 10 = 0`,
    [ENDED, EVENTS / 2],
  );
  await sql('reset session_replication_role');
  await sql('vacuum analyze event_position');
}, 120_000);
afterAll(async () => {
  await pool.end();
  await database[Symbol.asyncDispose]();
});

test.for<[string, EventFilter]>([
  ['type', { types: ['ENDED'] }],
  ['one of some types', { types: ['ENDED', 'GONE', 'PASSED'] }],
  ['actor', { userId: ENDED }],
  ['subject', { subjectId: ENDED }],
  ['actor and type', { userId: ENDED, types: ['ENDED'] }],
])('the newest of what stopped half a log ago are found without going through the rest: %s', async ([, filter]) => {
  const blocks: number[] = [];
  const explaining: Sql = async (text, parameters = []) => {
    const [row] = await sql<{ 'QUERY PLAN': [{ Plan: Record<'Shared Hit Blocks' | 'Shared Read Blocks', number> }] }>(
      `explain (analyze, buffers, timing off, format json) ${text}`,
      parameters,
    );
    const plan = row?.['QUERY PLAN'][0].Plan;
    if (plan) blocks.push(plan['Shared Hit Blocks'] + plan['Shared Read Blocks']);
    return [];
  };
  await new EventLog(explaining, new EventCatalogue([])).read({ filter, direction: 'DESC', limit: 21 });
  expect(blocks).toHaveLength(1);
  expect(blocks[0]).toBeGreaterThan(0);
  expect(blocks[0]).toBeLessThan(MOST_BLOCKS);
});
