import { expect, test } from 'vitest';
import { transact } from '../../../src/database/transact.ts';
import { inCommand, openSampleDatabase, type SampleDatabase, storedTypes } from '../sample-database.ts';
import { Shelf } from '../sample-library.ts';

test('the relay is woken by a commit, not by a flush', async () => {
  await using sample = await openSampleDatabase();
  const before = sample.wakes();

  await inCommand(() =>
    transact(sample.database, async (em) => {
      em.persist(Shelf.open('first'));
      await em.flush();
      expect(sample.wakes()).toBe(before);
    }),
  );

  expect(sample.wakes()).toBe(before + 1);
  expect(await storedTypes(sample)).toEqual(['SHELF_OPENED']);
});

test('a transaction that fails, be it at its very commit, wakes nobody', async () => {
  await using sample = await openSampleDatabase();
  const { sql } = sample.database;
  await openShelf(sample);
  const before = sample.wakes();
  await expect(openShelf(sample)).rejects.toThrow('sample_shelf_name_key');
  await sql('alter table sample_shelf drop constraint sample_shelf_name_key');
  await sql('alter table sample_shelf add constraint checked_late unique (name) deferrable initially deferred');
  await expect(openShelf(sample)).rejects.toThrow('checked_late');

  expect(sample.wakes()).toBe(before);
});

async function openShelf(sample: SampleDatabase): Promise<void> {
  await inCommand(() => transact(sample.database, async (em) => void em.persist(Shelf.open('the only one'))));
}
