import { expect, test } from 'vitest';
import { transact } from '../../../src/database/transact.ts';
import { UnrecordedChangeError } from '../../../src/event-store/event-recorder.ts';
import { inCommand, openSampleDatabase, storedTypes } from '../sample-database.ts';
import { Shelf } from '../sample-library.ts';

test('an aggregate deleted to make room for another with the same unique value leaves its event too', async () => {
  await using sample = await openSampleDatabase();
  const replace = (withEvent: boolean) =>
    inCommand(() =>
      transact(sample.database, async (em) => {
        const old = await em.findOneOrFail(Shelf, { name: 'the place' });
        if (withEvent) old.close();
        em.remove(old);
        em.persist(Shelf.open('the place'));
      }),
    );
  await inCommand(() => transact(sample.database, async (em) => void em.persist(Shelf.open('the place'))));

  await expect(replace(false)).rejects.toThrow(UnrecordedChangeError);
  await replace(true);

  expect((await storedTypes(sample)).sort()).toEqual(['SHELF_CLOSED', 'SHELF_OPENED', 'SHELF_OPENED']);
});
