import { expect, test } from 'vitest';
import { Sequencer } from '../../../src/event-store/sequencer.ts';
import { databaseKinds, openSampleDatabase } from '../sample-database.ts';
import { append, sampleAppend } from '../sample-events.ts';

test.for(databaseKinds)(
  'on %s stored events and positions cannot be changed, not even in a partition',
  async (kind) => {
    await using sample = await openSampleDatabase(kind);
    const { sql } = sample.database;
    await append(sql, sampleAppend('a', 2));
    await new Sequencer(sql).tick();
    const before = await sql('select * from event join event_position on id = event_id order by position');
    const partitions = await sql<{ name: string }>(
      "select inhrelid::regclass::text as name from pg_inherits where inhparent in ('event'::regclass, 'event_position'::regclass)",
    );
    const tables = ['event', 'event_position', ...partitions.map((row) => row.name)];
    expect(tables.length).toBeGreaterThanOrEqual(2 + 2 * 5);
    const filled: string[] = [];

    for (const table of tables) {
      await expect(sql(`truncate ${table} cascade`), `truncate ${table}`).rejects.toThrow('append-only');
      // Row triggers have something to refuse where there are rows.
      if ((await sql(`select from ${table} limit 1`)).length === 0) continue;
      filled.push(table);
      const touch = table.startsWith('event_position') ? 'type = type' : 'version = version';
      await expect(sql(`update ${table} set ${touch}`), `update ${table}`).rejects.toThrow('append-only');
      await expect(sql(`delete from ${table}`), `delete ${table}`).rejects.toThrow('append-only');
    }

    expect(filled).toHaveLength(4);
    expect(await sql('select * from event join event_position on id = event_id order by position')).toEqual(before);
  },
);
