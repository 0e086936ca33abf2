import { expect, test } from 'vitest';
import { transact } from '../../../src/database/transact.ts';
import { inCommand, openSampleDatabase } from '../sample-database.ts';
import { Book, Shelf } from '../sample-library.ts';

test('two aggregates changed in one flush keep their own streams under one command, each as it was recorded', async () => {
  await using sample = await openSampleDatabase();
  const shelf = Shelf.open('first');
  const book = Book.print('one');
  await inCommand(() => transact(sample.database, async (em) => void em.persist([shelf, book])));

  const { recorded } = await inCommand(() =>
    transact(sample.database, async (em) => {
      const [loadedBook, loadedShelf] = [
        await em.findOneOrFail(Book, { id: book.id }),
        await em.findOneOrFail(Shelf, { id: shelf.id }),
      ];
      loadedShelf.rename('second');
      loadedBook.retitle('two');
      loadedShelf.rename('third');
    }),
  );

  const shelfEvents = await sample.log.readStream('Shelf', shelf.id);
  const bookEvents = await sample.log.readStream('Book', book.id);
  expect(shelfEvents).toMatchObject([
    { version: 1, type: 'SHELF_OPENED' },
    { version: 2, data: { name: 'second', previous: 'first' } },
    { version: 3, data: { name: 'third', previous: 'second' } },
  ]);
  expect(bookEvents).toMatchObject([{ version: 1 }, { version: 2, data: { title: 'two' } }]);
  const later = [...shelfEvents.slice(1), ...bookEvents.slice(1)];
  expect(new Set(later.map((event) => event.commandId)).size).toBe(1);
  // What the command tells its caller is what is stored.
  expect(recorded.toSorted((a, b) => (a.id < b.id ? -1 : 1))).toEqual(later.toSorted((a, b) => (a.id < b.id ? -1 : 1)));
});
