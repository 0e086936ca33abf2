import type { SqlEntityManager } from '@mikro-orm/sql';
import { expect, test } from 'vitest';
import { transact } from '../../../src/database/transact.ts';
import { UnrecordedChangeError } from '../../../src/event-store/event-recorder.ts';
import { inCommand, openSampleDatabase, storedTypes } from '../sample-database.ts';
import { Shelf } from '../sample-library.ts';

const changes: Readonly<Record<string, (em: SqlEntityManager, shelf: Shelf) => void>> = {
  'a creation': (em) => {
    const bare = { id: '0190c0de-0000-7000-8000-000000000009', name: 'bare', version: 1 };
    em.persist(Object.assign(new Shelf(), bare, { createdAt: new Date(), updatedAt: new Date() }));
  },
  'an update': (_em, shelf) => {
    shelf.name = 'silently';
  },
  'a raised version': (_em, shelf) => {
    shelf.version++;
  },
  'a deletion': (em, shelf) => em.remove(shelf),
};

test('a change of an aggregate without an event is refused', async () => {
  await using sample = await openSampleDatabase();
  await inCommand(() => transact(sample.database, async (em) => void em.persist(Shelf.open('first'))));

  for (const [what, change] of Object.entries(changes)) {
    const silent = inCommand(() =>
      transact(sample.database, async (em) => {
        const shelf = await em.findOneOrFail(Shelf, { name: 'first' });
        // In good order, and to be rolled back together with the other.
        em.persist(Shelf.open('second'));
        change(em, shelf);
      }),
    );
    await expect(silent, `case: ${what}`).rejects.toThrow(UnrecordedChangeError);
  }

  expect(await sample.database.sql('select name, version from sample_shelf')).toEqual([{ name: 'first', version: 1 }]);
  expect(await storedTypes(sample)).toEqual(['SHELF_OPENED']);
});

test('changing it back before the flush is no change', async () => {
  await using sample = await openSampleDatabase();
  await inCommand(() => transact(sample.database, async (em) => void em.persist(Shelf.open('first'))));

  await inCommand(() =>
    transact(sample.database, async (em) => {
      const shelf = await em.findOneOrFail(Shelf, { name: 'first' });
      shelf.name = 'second';
      shelf.name = 'first';
    }),
  );

  expect(await storedTypes(sample)).toEqual(['SHELF_OPENED']);
});
