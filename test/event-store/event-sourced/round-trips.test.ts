import { createRequire } from 'node:module';
import type pg from 'pg';
import { expect, test, vi } from 'vitest';
import { transact } from '../../../src/database/transact.ts';
import { inCommand, openSampleDatabase } from '../sample-database.ts';
import { change, counted, tallies } from './sample-tally.ts';

// The one that the ORM brings along, which need not be ours.
const { Client } = createRequire(import.meta.resolve('@mikro-orm/postgresql'))('pg') as typeof pg;

test('loading takes one statement, appending to any number of aggregates another, and their snapshots a third', async () => {
  await using sample = await openSampleDatabase();
  const { database } = sample;
  await change(sample, 'a', counted(1));
  using query = vi.spyOn(Client.prototype, 'query');

  await inCommand(() =>
    transact(database, async (em) => {
      const loaded = await tallies.load(em, 'a');
      const twenty = Array.from({ length: 20 }, (_, index) => tallies.blank(`new ${index}`));
      const after = await tallies.appendAll(
        em,
        [loaded, ...twenty].map((aggregate) => ({ aggregate, facts: counted(1, 2, 3) })),
      );
      await tallies.appendAll(
        em,
        after.map((aggregate) => ({ aggregate, facts: counted(1, 1, 1, 1, 1, 1, 1) })),
      );
    }),
  );
  const statements = query.mock.calls.map(([statement]) => textOf(statement).trim());

  expect(statements.map((text) => text.split(/[ (]/, 2).join(' ').toLowerCase())).toEqual([
    'begin',
    'with snapshot',
    'select append_events',
    'select append_events',
    'insert into',
    'commit',
  ]);
  expect(await database.sql('select count(*)::int as snapshots from aggregate_snapshot')).toEqual([{ snapshots: 21 }]);
});

test('a long stream is read in pages', async () => {
  await using sample = await openSampleDatabase();
  const { database } = sample;
  await change(sample, 'a', counted(...Array.from({ length: 1_234 }, () => 1)));
  await database.sql('delete from aggregate_snapshot');
  const em = database.orm.em.fork();
  using query = vi.spyOn(Client.prototype, 'query');

  expect(await tallies.load(em, 'a')).toMatchObject({ version: 1_234, state: { sum: 1_234 } });
  const limits = query.mock.calls.map((call) => (call as unknown as [unknown, readonly unknown[]])[1].at(-1));
  expect(limits).toEqual([500, 500, 500]);
});

function textOf(statement: unknown): string {
  return typeof statement === 'string' ? statement : (statement as { text: string }).text;
}
