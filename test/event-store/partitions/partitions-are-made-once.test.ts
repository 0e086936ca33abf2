import { expect, test } from 'vitest';
import type { Sql } from '../../../src/database/sql.ts';
import { ensureEventPartitions } from '../../../src/event-store/event-partitions.ts';
import { openSampleDatabase } from '../sample-database.ts';

test('making the partitions again, and by many nodes at once, makes each month once', async () => {
  await using sample = await openSampleDatabase();
  const { sql } = sample.database;
  await ensureEventPartitions(sql);
  const present = await partitionsOf(sql, 'event');

  // Further ahead than the migration and the chore go, so that there is something to make.
  const made = await Promise.all(
    Array.from({ length: 8 }, () => sql<{ made: number }>('select ensure_event_partitions(14) as made')),
  );
  await ensureEventPartitions(sql);

  expect(made.flat().filter((row) => row.made > 0)).toEqual([{ made: 16 - (present.length - 1) }]);
  expect(await partitionsOf(sql, 'event')).toHaveLength(17);
  expect(await partitionsOf(sql, 'event_position')).toHaveLength(17);
});

test('a month of which the default partition holds events already is left out, and the others are made', async () => {
  await using sample = await openSampleDatabase();
  const { sql } = sample.database;
  // A clock that ran a good year ahead.
  await sql(
    `insert into event (id, number, aggregate_type, aggregate_id, version, type, schema_version, command_id, data, metadata)
     values (event_id_floor(now() + interval '12 months'), 1, 'Shelf', 'a', 1, 'SHELF_FILLED', 1, gen_random_uuid(), '{}', '{}')`,
  );

  await sql('select ensure_event_partitions(14)');

  const names = await partitionsOf(sql, 'event');
  expect(names).toHaveLength(16);
  const [stray] = await sql<{ partition: string }>('select tableoid::regclass::text as partition from event');
  expect(stray?.partition).toBe('event_default');
});

async function partitionsOf(sql: Sql, table: string): Promise<string[]> {
  const rows = await sql<{ name: string }>(
    'select inhrelid::regclass::text as name from pg_inherits where inhparent = $1::regclass order by 1',
    [table],
  );
  return rows.map((row) => row.name);
}
