import { expect, test } from 'vitest';
import { transact } from '../../../src/database/transact.ts';
import { databaseKinds, inCommand, openSampleDatabase, type SampleDatabase, storedTypes } from '../sample-database.ts';
import { Book, Shelf } from '../sample-library.ts';

test.for(databaseKinds)(
  'on %s the events of a failed inner transaction vanish and the outer ones stay',
  async (kind) => {
    await using sample = await openSampleDatabase(kind);

    const { recorded } = await inCommand(() =>
      transact(sample.database, async (em) => {
        em.persist(Shelf.open('before'));
        await em.flush();
        await expect(failInside(sample)).rejects.toThrow('inner');
        await transact(sample.database, async (inner) => void inner.persist(Book.print('kept')));
        em.persist(Shelf.open('after'));
      }),
    );

    const types = ['SHELF_OPENED', 'BOOK_PRINTED', 'SHELF_OPENED'];
    expect(await storedTypes(sample)).toEqual(types);
    expect(await sample.database.sql('select name from sample_shelf order by name')).toEqual([
      { name: 'after' },
      { name: 'before' },
    ]);
    expect(
      recorded.map((event) => event.type),
      'what the command tells its caller',
    ).toEqual(types);
  },
);

test('a failed outer transaction takes the events of finished inner ones along', async () => {
  await using sample = await openSampleDatabase();

  const outer = inCommand(() =>
    transact(sample.database, async (em) => {
      em.persist(Shelf.open('before'));
      await em.flush();
      await transact(sample.database, async (inner) => void inner.persist(Book.print('inner')));
      throw new Error('outer');
    }),
  );

  await expect(outer).rejects.toThrow('outer');
  expect(await storedTypes(sample)).toEqual([]);
  expect(await sample.database.sql('select from event_stream')).toEqual([]);
});

test('an aggregate that a failed inner transaction changed in memory cannot be written any more', async () => {
  await using sample = await openSampleDatabase();
  const shelf = Shelf.open('first');
  await inCommand(() => transact(sample.database, async (em) => void em.persist(shelf)));

  const outer = inCommand(() =>
    transact(sample.database, async (em) => {
      const loaded = await em.findOneOrFail(Shelf, { id: shelf.id });
      const inner = transact(sample.database, async () => {
        loaded.rename('second');
        throw new Error('inner');
      });
      await expect(inner).rejects.toThrow('inner');
      loaded.name = 'third';
      loaded.rename('fourth');
    }),
  );
  // Whatever the outer transaction does with it now, it must not store a gap or an event of the failed part alone.
  await outer.catch(() => undefined);

  const stream = await sample.log.readStream('Shelf', shelf.id);
  const [stored] = await sample.database.sql<{ version: number }>('select version from sample_shelf');
  expect(stream.map((event) => event.version)).toEqual(stream.map((_event, index) => index + 1));
  expect(stored?.version).toBe(stream.length);
});

async function failInside(sample: SampleDatabase): Promise<void> {
  await transact(sample.database, async (inner) => {
    inner.persist(Book.print('vanishes'));
    await inner.flush();
    expect(await storedInside(inner)).toBe(2);
    throw new Error('inner');
  });
}

async function storedInside(em: Parameters<Parameters<typeof transact>[1]>[0]): Promise<number> {
  const [row] = await em.execute<{ events: number }[]>('select count(*)::int as events from event');
  return row?.events ?? 0;
}
