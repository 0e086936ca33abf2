import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Sql } from '../../../src/database/sql.ts';
import { EventCatalogue } from '../../../src/event-store/event-catalogue.ts';
import type { EventFilter } from '../../../src/event-store/event-filter.ts';
import type { LogPage } from '../../../src/event-store/log-query.ts';
import { EventLog } from '../../../src/event-store/read-events.ts';
import { summarizeLog } from '../../../src/event-store/summarize-log.ts';
import { generateLog, type GeneratedValues } from '../../support/generated-log.ts';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.ts';

const EVENTS = 200_000;
const PAGE = 21;
/** Of 8 KiB. Reading the log as a whole would take some 30,000. */
const MOST_BLOCKS = 2_000;

interface Plan {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Shared Hit Blocks': number;
  readonly 'Shared Read Blocks': number;
  readonly Plans?: readonly Plan[];
}

let database: TestDatabase;
let pool: pg.Pool;
let values: GeneratedValues;
const sql: Sql = async <Row extends object>(text: string, parameters: readonly unknown[] = []) =>
  (await pool.query<Row>(text, [...parameters])).rows;

beforeAll(async () => {
  database = await createTestDatabase();
  pool = new pg.Pool({ connectionString: database.url, max: 2 });
  // An idle connection may still be there when the database is dropped with force.
  pool.on('error', () => undefined);
  const from = new Date();
  from.setUTCMonth(from.getUTCMonth() - 4);
  values = await generateLog(sql, { events: EVENTS, from });
  // All but the end, as it is at any time.
  await sql('select summarize_log($1)', [EVENTS - 5_000]);
  await sql('analyze');
}, 120_000);
afterAll(async () => {
  await pool.end();
  await database[Symbol.asyncDispose]();
});

/** Every subset of the fields of a filter. */
function* filters(): Generator<EventFilter> {
  const day = 86_400_000;
  const fields: readonly EventFilter[] = [
    { types: [values.type, 'USER_CREATED', 'ORDER_CREATED'] },
    { aggregateType: 'User' },
    { aggregateId: values.aggregateId },
    { userId: values.userId },
    { correlationId: values.correlationId },
    { subjectId: values.subjectId },
    { from: new Date(Date.now() - 70 * day) },
    { to: new Date(Date.now() - 50 * day) },
  ];
  for (let bits = 0; bits < 2 ** fields.length; bits++) {
    yield Object.assign({}, ...fields.filter((_field, index) => bits & (2 ** index))) as EventFilter;
  }
}

/** The plans of what reading a page would run, carried out. */
async function explain(page: LogPage): Promise<Plan[]> {
  const plans: Plan[] = [];
  const explaining: Sql = async <Row extends object>(text: string, parameters: readonly unknown[] = []) => {
    const [row] = await sql<{ 'QUERY PLAN': [{ Plan: Plan }] }>(
      `explain (analyze, buffers, timing off, format json) ${text}`,
      parameters,
    );
    if (row) plans.push(row['QUERY PLAN'][0].Plan);
    return text.includes('event_position') ? [] : sql<Row>(text, parameters);
  };
  await new EventLog(explaining, new EventCatalogue([])).read(page);
  return plans;
}

function* nodesOf(plan: Plan): Generator<Plan> {
  yield plan;
  for (const part of plan.Plans ?? []) yield* nodesOf(part);
}

test.for(['ASC', 'DESC'] as const)(
  'every combination of filters, %s, from the end and from the middle, is read by an index and touches little',
  { timeout: 120_000 },
  async (direction) => {
    const faults: string[] = [];
    let read = 0;
    for (const filter of filters()) {
      for (const from of [null, EVENTS / 2]) {
        const place = from === null ? {} : direction === 'ASC' ? { after: from } : { before: from };
        const plans = await explain({ filter, direction, limit: PAGE, ...place });
        const nodes = plans.flatMap((plan) => [...nodesOf(plan)]);
        const blocks = plans.reduce((sum, plan) => sum + plan['Shared Hit Blocks'] + plan['Shared Read Blocks'], 0);
        const scanned = nodes.filter(
          (node) =>
            node['Node Type'] === 'Seq Scan' &&
            /^event(_position)?(_y|_default|$)/.test(node['Relation Name'] ?? '') &&
            node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0) > 0,
        );
        if (scanned.length > 0 || blocks > MOST_BLOCKS) {
          const tables = scanned.map((node) => node['Relation Name']);
          faults.push(
            `${JSON.stringify(filter)} ${direction} ${from}: ${blocks} blocks, scans ${tables.join() || 'nothing'}`,
          );
        }
        read++;
      }
    }
    expect(read).toBe(512);
    expect(faults.slice(0, 10)).toEqual([]);
  },
);

test('what the explained statements find is what there is', async () => {
  const log = new EventLog(sql, new EventCatalogue([]));
  const read = (filter: EventFilter) => log.read({ filter, limit: 100 });
  expect(await read({ aggregateId: values.aggregateId })).toHaveLength(10);
  expect(await read({ correlationId: values.correlationId })).toHaveLength(3);
  expect(await read({ aggregateType: 'User', types: ['USER_CREATED'], userId: values.userId })).toHaveLength(100);
  expect(await read({ aggregateType: 'Order' })).toEqual([]);
  await summarizeLog(sql);
  expect(await read({ aggregateType: 'Order' })).toEqual([]);
});
