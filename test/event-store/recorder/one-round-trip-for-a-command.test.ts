import { expect, test } from 'vitest';
import { transact } from '../../../src/database/transact.ts';
import { outline, watchDatabaseTraffic } from '../../support/database-traffic.ts';
import { inCommand, openSampleDatabase } from '../sample-database.ts';
import { Book, Shelf } from '../sample-library.ts';

test('any number of events of any number of aggregates, and their rows, go out with the commit', async () => {
  await using sample = await openSampleDatabase();
  using traffic = watchDatabaseTraffic();

  await inCommand(() =>
    transact(sample.database, async (em) => {
      for (let index = 0; index < 100; index++) {
        const shelf = Shelf.open(`shelf ${index}`);
        shelf.rename(`renamed ${index}`);
        em.persist([shelf, Book.print(`book ${index}`)]);
      }
    }),
  );

  expect(outline(traffic.batches)).toEqual([['begin', 'select append_events', 'insert into', 'insert into', 'commit']]);
  expect(await sample.database.sql('select count(*)::int as events from event')).toEqual([{ events: 300 }]);
});

test('a change that reads first goes out in two: what it reads, what it writes', async () => {
  await using sample = await openSampleDatabase();
  const shelf = Shelf.open('a shelf');
  await inCommand(() => transact(sample.database, async (em) => void em.persist(shelf)));
  using traffic = watchDatabaseTraffic();

  await inCommand(() =>
    transact(sample.database, async (em) => {
      const found = await em.findOneOrFail(Shelf, { id: shelf.id });
      found.rename('another name');
    }),
  );

  expect(outline(traffic.batches)).toEqual([
    ['begin', 'select "id",'],
    ['with raised', 'update "sample_shelf"', 'commit'],
  ]);
});

test('a transaction in which nothing is asked for sends nothing', async () => {
  await using sample = await openSampleDatabase();
  using traffic = watchDatabaseTraffic();
  await transact(sample.database, async () => undefined);
  expect(traffic.batches).toEqual([]);
});
