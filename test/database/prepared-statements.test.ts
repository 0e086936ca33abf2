import { expect, test } from 'vitest';
import { sqlOf } from '../../src/database/sql.ts';
import { transact } from '../../src/database/transact.ts';
import { openNode, openSampleDatabase, postgresConfig } from '../event-store/sample-database.ts';

const PREPARED = `select count(*)::int as count from pg_prepared_statements where statement like 'select $1::text%'`;

test('a statement that comes again stays prepared; where a pooler mixes sessions none does', async () => {
  await using sample = await openSampleDatabase();
  for (const preparesStatements of [true, false]) {
    const config = { ...postgresConfig(sample.url, 1), preparesStatements };
    await using node = await openNode(config);
    const { sql } = node.database;
    for (const value of ['a', 'b', null]) expect(await sql('select $1::text as v', [value])).toEqual([{ v: value }]);
    expect(await sql(PREPARED)).toEqual([{ count: preparesStatements ? 1 : 0 }]);
  }
});

test('it works on when the tables under it have changed', async () => {
  await using sample = await openSampleDatabase();
  await using node = await openNode(postgresConfig(sample.url, 1));
  const { sql } = node.database;
  await sql('create table sample_growing (a integer)');
  await sql('insert into sample_growing values (1)');
  const read = () => sql('select * from sample_growing');
  for (let use = 0; use < 3; use++) expect(await read()).toEqual([{ a: 1 }]);
  await sample.database.sql(`alter table sample_growing add column b text default 'new'`);
  expect(await read()).toEqual([{ a: 1, b: 'new' }]);
});

test('one that failed at first is tried anew each time, and leaves nothing behind', async () => {
  await using sample = await openSampleDatabase();
  await using node = await openNode(postgresConfig(sample.url, 1));
  const { sql } = node.database;
  for (let use = 0; use < 5; use++) await expect(sql('select $1::integer / 0 as v', [1])).rejects.toThrow('division');
  await expect(sql('select * from sample_missing')).rejects.toThrow('sample_missing');
  await sql('create table sample_missing (a integer)');
  expect(await sql('select * from sample_missing')).toEqual([]);
  const kept = await sql(`select name from pg_prepared_statements where statement like '%/ 0 as v'`);
  expect(kept.length).toBeLessThanOrEqual(1);
});

test('those that a failure in their batch kept from being prepared work the next time', async () => {
  await using sample = await openSampleDatabase();
  await using node = await openNode(postgresConfig(sample.url, 1));
  const insert = (title: string) =>
    ['insert into sample_book values ($1, 1, now(), now(), $2)', [title, title]] as const;
  const attempt = (id: string) =>
    transact(node.database, async (em) => {
      const sql = sqlOf(em);
      await sql('select $1::text as first', ['x']);
      await sql(...insert(id));
    });
  for (let use = 0; use < 3; use++) await expect(attempt('no uuid')).rejects.toThrow('uuid');
  await attempt('0190163d-8694-739b-aea5-966c26f8ad91');
  expect(await node.database.sql('select title from sample_book')).toHaveLength(1);
});
