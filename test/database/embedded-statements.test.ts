import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Sql } from '../../src/database/sql.ts';
import { sqlOf } from '../../src/database/sql.ts';
import type { StatementConnection } from '../../src/database/statement.ts';
import { transact } from '../../src/database/transact.ts';
import { openSampleDatabase, type SampleDatabase } from '../event-store/sample-database.ts';

let embedded: SampleDatabase;
let postgres: SampleDatabase;
let sql: Sql;
beforeAll(async () => {
  [embedded, postgres] = await Promise.all([openSampleDatabase('embedded'), openSampleDatabase()]);
  ({ sql } = embedded.database);
});
afterAll(async () => {
  await embedded[Symbol.asyncDispose]();
  await postgres[Symbol.asyncDispose]();
});

test('values go in and come out as they do on PostgreSQL', async () => {
  const text = `select $1::text as text, $2::integer as integer, $3::bigint::text as big, $4::numeric as numeric, $5::boolean as boolean,
      $6::timestamptz as time, $7::date as date, $8::jsonb as json, $9::text[] as texts, $10::uuid[] as uuids, $11::bytea = '\\x0001feff' as bytes,
      $12::double precision as float, $13::text as nothing, $14::timestamptz[] as times, array[1, null, 3] as integers, null::integer as none,
      interval '1 day 2 hours' as interval, 5::smallint as small, '{"a": [1, "ä"]}'::json as plain, 'x'::name as name`;
  const values = [
    'Grüße, „so“ 🚀',
    -5,
    2 ** 52,
    '12.50',
    true,
    new Date('2026-11-26T20:00:00.123Z'),
    '2026-02-28',
    { b: 'ß', a: [1, null, { c: true }] },
    ['plain', '', 'with "quotes", {braces} and \\', null],
    ['01a2095a-f686-7294-ae88-05e1da639557'],
    Buffer.from([0, 1, 254, 255]),
    0.1,
    null,
    [new Date(0)],
  ];
  const rows = await sql(text, values);
  expect(rows).toEqual(await postgres.database.sql(text, values));
  // The second and third time it is prepared.
  expect([await sql(text, values), await sql(text, values)]).toEqual([rows, rows]);
});

test('a statement that comes again stays prepared, and works on when the tables under it have changed', async () => {
  for (const value of ['a', 'b', null]) expect(await sql('select $1::text as v', [value])).toEqual([{ v: value }]);
  expect(
    await sql(`select count(*)::int as count from pg_prepared_statements where statement = 'select $1::text as v'`),
  ).toEqual([{ count: 1 }]);
  await sql('create table sample_growing (a integer)');
  await sql('insert into sample_growing values (1)');
  for (let use = 0; use < 3; use++) expect(await sql('select * from sample_growing')).toEqual([{ a: 1 }]);
  await sql(`alter table sample_growing add column b text default 'new'`);
  expect(await sql('select * from sample_growing')).toEqual([{ a: 1, b: 'new' }]);
});

test('one that fails is tried anew each time, says why, and leaves the session as it was', async () => {
  const divide = (by: number) => sql('select 1 / $1::integer as v', [by]);
  for (let use = 0; use < 3; use++) await expect(divide(0)).rejects.toMatchObject({ code: '22012' });
  expect(await divide(1)).toEqual([{ v: 1 }]);
  await expect(sql('select * from sample_missing')).rejects.toMatchObject({ code: '42P01' });
  await expect(sql('select $1::integer', ['no number'])).rejects.toMatchObject({ code: '22P02' });
  await expect(sql('selec')).rejects.toMatchObject({ code: '42601' });
  await sql('create table sample_missing (a integer)');
  expect(await sql('select * from sample_missing')).toEqual([]);
});

test('statements made at once answer each its own caller, inside a transaction and beside it', async () => {
  const numbers = Array.from({ length: 60 }, (_, index) => index);
  const ask = (own: Sql, number: number) =>
    number % 7 === 0
      ? own<{ v: number }>(`select ${number} as v`)
      : own<{ v: number }>('select $1::integer as v', [number]);
  const inside = transact(embedded.database, (em) => Promise.all(numbers.map((number) => ask(sqlOf(em), number))));
  const beside = await Promise.all(numbers.map((number) => ask(sql, number)));
  expect(beside.map(([row]) => row?.v)).toEqual(numbers);
  expect((await inside).map(([row]) => row?.v)).toEqual(numbers);
});

test('what goes on after its transaction has ended gets into nobody else’s', async () => {
  const ended = await transact(embedded.database, async (em) => em.getTransactionContext<object>());
  const connection = embedded.database.orm.em.getConnection() as unknown as StatementConnection;
  const stray = { text: 'create table sample_stray (a integer)', values: [] };
  await transact(embedded.database, async (em) => {
    await sqlOf(em)('select 1');
    await expect(connection.run(stray, ended)).rejects.toThrow('has ended');
  });
  expect(await sql(`select to_regclass('sample_stray') is null as v`)).toEqual([{ v: true }]);
});

test('the event loop gets its turns while one statement follows the other', async () => {
  let turns = 0;
  let isOver = false;
  const count = (): void => {
    turns += 1;
    if (!isOver) setImmediate(count);
  };
  setImmediate(count);
  for (let use = 0; use < 60; use++) {
    // Some milliseconds each, with no waiting in between.
    await transact(embedded.database, (em) => sqlOf(em)('select count(*) from generate_series(1, 20000)'));
  }
  isOver = true;
  expect(turns).toBeGreaterThan(5);
});
