import { expect, test } from 'vitest';
import { transact } from '../../../src/database/transact.ts';
import { inCommand, openSampleDatabase, storedTypes } from '../sample-database.ts';
import { Shelf } from '../sample-library.ts';

test('a change that no command is responsible for is refused', async () => {
  await using sample = await openSampleDatabase();

  const change = transact(sample.database, async (em) => void em.persist(Shelf.open('first')));

  await expect(change).rejects.toThrow('outside a command');
  expect(await sample.database.sql('select from sample_shelf')).toEqual([]);
  expect(await storedTypes(sample)).toEqual([]);
});

test('a flush that would open a transaction of its own is refused, and keeps no connection', async () => {
  await using sample = await openSampleDatabase();
  const em = sample.database.orm.em.fork();
  em.persist(Shelf.open('first'));

  await expect(inCommand(() => em.flush())).rejects.toThrow('outside a transaction');

  expect(await sample.database.sql('select from sample_shelf')).toEqual([]);
  expect(await storedTypes(sample)).toEqual([]);
  const open = "select from pg_stat_activity where datname = current_database() and state like 'idle in transaction%'";
  expect(await sample.database.sql(open)).toEqual([]);
});
