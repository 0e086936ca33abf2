import { wrap } from '@mikro-orm/core';
import { v7 } from 'uuid';
import { expect, test } from 'vitest';
import { transact } from '../../src/database/transact.ts';
import { inCommand, openSampleDatabase, type SampleDatabase } from '../event-store/sample-database.ts';
import { Book, Shelf } from '../event-store/sample-library.ts';

const write = (sample: SampleDatabase, work: Parameters<typeof transact<void>>[1]) =>
  inCommand(() => transact(sample.database, work));

test('an entity loaded by its key is what any other way of loading it gives', async () => {
  await using sample = await openSampleDatabase();
  const shelf = Shelf.open(`it's "quoted" \\ $1 ?`);
  const book = Book.print('on it');
  shelf.books.add(book);
  await write(sample, async (em) => void em.persist([shelf, book]));

  const reader = () => sample.database.reader();
  const [byKey, byList] = [
    await reader().findOne(Shelf, { id: shelf.id }),
    await reader().findOne(Shelf, { name: shelf.name }),
  ];
  expect(byKey).toBeInstanceOf(Shelf);
  expect(byKey?.createdAt).toEqual(shelf.createdAt);
  expect(byKey && wrap(byKey).toPOJO()).toEqual(byList && wrap(byList).toPOJO());
  expect(await reader().findOne(Shelf, { id: v7() })).toBeNull();
  await expect(reader().findOne(Shelf, { id: 'no uuid' })).rejects.toThrow('uuid');
  const withBooks = await reader().findOneOrFail(Shelf, { id: shelf.id }, { populate: ['books'] });
  expect(withBooks.books.getItems().map(({ title }) => title)).toEqual(['on it']);
  const renamed = await reader().findOneOrFail(Shelf, { id: shelf.id }, { fields: ['name'] });
  expect(renamed.name).toBe(shelf.name);
});

test('it can be changed, loaded again under a lock, and deleted', async () => {
  await using sample = await openSampleDatabase();
  const shelf = Shelf.open('before');
  await write(sample, async (em) => void em.persist(shelf));
  await write(sample, async (em) => {
    const found = await em.findOneOrFail(Shelf, { id: shelf.id });
    found.rename('after');
    found.updatedAt = new Date('2030-01-01T00:00:00.123Z');
    await em.flush();
    const again = await em.findOneOrFail(Shelf, { id: shelf.id }, { refresh: true, lockMode: 4 });
    expect(again).toMatchObject({ name: 'after', version: 2, updatedAt: new Date('2030-01-01T00:00:00.123Z') });
  });
  await write(sample, async (em) => {
    const found = await em.findOneOrFail(Shelf, { id: shelf.id });
    expect(found.name).toBe('after');
    found.close();
    em.remove(found);
  });
  expect(await sample.database.reader().findOne(Shelf, { id: shelf.id })).toBeNull();
});
