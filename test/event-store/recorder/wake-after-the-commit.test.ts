import { expect, test } from 'vitest';
import { transact } from '../../../src/database/transact.ts';
import { withPostgres } from '../../support/postgres-client.ts';
import { inCommand, openSampleDatabase } from '../sample-database.ts';
import { Shelf } from '../sample-library.ts';

test('the relay is woken once the events can be seen, and not by a transaction that fails', async () => {
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
  await withPostgres(sample.url, async (outsider) => {
    expect((await outsider.query('select from event')).rowCount).toBe(1);
  });

  await expect(
    inCommand(() => transact(sample.database, async (em) => void em.persist(Shelf.open('first')))),
  ).rejects.toThrow('sample_shelf_name_key');
  expect(sample.wakes()).toBe(before + 1);
});
