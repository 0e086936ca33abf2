import { UniqueConstraintViolationException } from '@mikro-orm/core';
import { expect, test } from 'vitest';
import { putOff, sqlOf } from '../../src/database/sql.ts';
import { transact } from '../../src/database/transact.ts';
import { StreamConflictError } from '../../src/event-store/append-events.ts';
import {
  databaseKinds,
  inCommand,
  openSampleDatabase,
  type SampleDatabase,
  storedTypes,
} from '../event-store/sample-database.ts';
import { Shelf } from '../event-store/sample-library.ts';

const open = (sample: SampleDatabase, ...shelves: Shelf[]) =>
  inCommand(() => transact(sample.database, async (em) => void em.persist(shelves)));

test.for(databaseKinds)('on %s, a write nobody waited for fails as its flush would have', async (kind) => {
  await using sample = await openSampleDatabase(kind);
  await open(sample, Shelf.open('taken'));
  await expect(open(sample, Shelf.open('free'), Shelf.open('taken'))).rejects.toThrow(
    UniqueConstraintViolationException,
  );
  expect(await storedTypes(sample)).toEqual(['SHELF_OPENED']);
});

test.for(databaseKinds)('on %s, a lost race for a stream is a conflict, with both versions', async (kind) => {
  await using sample = await openSampleDatabase(kind);
  const shelf = Shelf.open('a shelf');
  await open(sample, shelf);
  // A stale copy, as a slower command would hold it.
  await sample.database.sql('update event_stream set version = 3 where aggregate_id = $1', [shelf.id]);

  const stale = inCommand(() =>
    transact(sample.database, async (em) => {
      const found = await em.findOneOrFail(Shelf, { id: shelf.id });
      found.rename('another name');
    }),
  );
  await expect(stale).rejects.toMatchObject({ expectedVersion: 1, actualVersion: 3, aggregateId: shelf.id });
  await expect(stale).rejects.toThrow(StreamConflictError);
  await expect(open(sample, Shelf.open('its twin', shelf.id))).rejects.toMatchObject({
    expectedVersion: 0,
    actualVersion: 3,
  });
  expect(await sample.database.sql('select name from sample_shelf')).toEqual([{ name: 'a shelf' }]);
});

test.for(databaseKinds)('on %s, it fails with its own refusal, and takes along what it went with', async (kind) => {
  await using sample = await openSampleDatabase(kind);
  const refusal = (error: unknown) => new Error('as its caller says', { cause: error });
  const refused = transact(sample.database, async (em) => {
    await putOff(em, { text: 'select 1 / $1::integer', values: [0], refusal });
    await sqlOf(em)('select 1');
  });
  await expect(refused).rejects.toThrow('as its caller says');
  const refusedAtCommit = transact(sample.database, async (em) => {
    await sqlOf(em)('select 1');
    await putOff(em, { text: 'select 1 / $1::integer', values: [0], refusal });
  });
  await expect(refusedAtCommit).rejects.toThrow('as its caller says');
});

test('a value without a text of its own does not take what was put off before it along', async () => {
  await using sample = await openSampleDatabase();
  const circle: unknown[] = [];
  circle.push({ circle });
  await transact(sample.database, async (em) => {
    await putOff(em, {
      text: `insert into sample_book values (gen_random_uuid(), 1, now(), now(), $1)`,
      values: ['kept'],
    });
    await expect(sqlOf(em)('select $1::text', [{ circle }])).rejects.toThrow(TypeError);
  });
  expect(await sample.database.sql('select title from sample_book')).toEqual([{ title: 'kept' }]);
});

test('more than fit into one batch are sent on the way', async () => {
  await using sample = await openSampleDatabase();
  await transact(sample.database, async (em) => {
    for (let index = 0; index < 150; index++) {
      await putOff(em, {
        text: `insert into sample_book values (gen_random_uuid(), 1, now(), now(), $1)`,
        values: [index],
      });
    }
  });
  expect(await sample.database.sql('select count(*)::int as books from sample_book')).toEqual([{ books: 150 }]);
});
