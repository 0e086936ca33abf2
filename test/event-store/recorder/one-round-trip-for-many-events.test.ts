import { createRequire } from 'node:module';
import type pg from 'pg';
import { expect, test, vi } from 'vitest';
import { transact } from '../../../src/database/transact.ts';
import { inCommand, openSampleDatabase } from '../sample-database.ts';
import { Book, Shelf } from '../sample-library.ts';

// The one that the ORM brings along, which need not be ours.
const { Client } = createRequire(import.meta.resolve('@mikro-orm/postgresql'))('pg') as typeof pg;

test('a flush appends any number of events of any number of aggregates in one statement', async () => {
  await using sample = await openSampleDatabase();
  // The first transaction of a program looks whether the server is there.
  await transact(sample.database, async () => undefined);
  using query = vi.spyOn(Client.prototype, 'query');

  await inCommand(() =>
    transact(sample.database, async (em) => {
      for (let index = 0; index < 100; index++) {
        const shelf = Shelf.open(`shelf ${index}`);
        shelf.rename(`renamed ${index}`);
        em.persist([shelf, Book.print(`book ${index}`)]);
      }
    }),
  );
  const statements = query.mock.calls.map(([statement]) => textOf(statement));

  expect(statements.map((text) => text.split(' ', 2).join(' ').toLowerCase())).toEqual([
    'begin',
    'select append_events($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13)',
    'insert into',
    'insert into',
    'commit',
  ]);
  expect(await sample.database.sql('select count(*)::int as events from event')).toEqual([{ events: 300 }]);
});

function textOf(statement: unknown): string {
  return typeof statement === 'string' ? statement : (statement as { text: string }).text;
}
