import { UniqueConstraintViolationException } from '@mikro-orm/core';
import { expect, test } from 'vitest';
import { transact } from '../../../src/database/transact.ts';
import { inCommand, openSampleDatabase, storedTypes } from '../sample-database.ts';
import { Shelf } from '../sample-library.ts';

test('work that throws after its flush leaves no event and no version', async () => {
  await using sample = await openSampleDatabase();

  const failing = inCommand(() =>
    transact(sample.database, async (em) => {
      em.persist(Shelf.open('first'));
      await em.flush();
      throw new Error('changed my mind');
    }),
  );

  await expect(failing).rejects.toThrow('changed my mind');
  expect(await storedTypes(sample)).toEqual([]);
  expect(await sample.database.sql('select from event_stream')).toEqual([]);
});

test('a violated constraint leaves no event, although events are appended before the rows', async () => {
  await using sample = await openSampleDatabase();
  const open = () =>
    inCommand(() => transact(sample.database, async (em) => void em.persist(Shelf.open('the only one'))));
  await open();

  await expect(open()).rejects.toThrow(UniqueConstraintViolationException);

  expect(await storedTypes(sample)).toEqual(['SHELF_OPENED']);
  expect(await sample.database.sql('select version from event_stream')).toEqual([{ version: 1 }]);
});
