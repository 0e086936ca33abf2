import { expect, test } from 'vitest';
import { transact } from '../../../src/database/transact.ts';
import { withPostgres } from '../../support/postgres-client.ts';
import { databaseKinds, inCommand, openSampleDatabase, type SampleDatabase, storedTypes } from '../sample-database.ts';
import { Shelf } from '../sample-library.ts';

const steps = {
  created: async (sample: SampleDatabase, id: string) =>
    transact(sample.database, async (em) => void em.persist(Shelf.open('first', id))),
  updated: async (sample: SampleDatabase, id: string) =>
    transact(sample.database, async (em) => (await em.findOneOrFail(Shelf, { id })).rename('second')),
  deleted: async (sample: SampleDatabase, id: string) =>
    transact(sample.database, async (em) => {
      const shelf = await em.findOneOrFail(Shelf, { id });
      shelf.close();
      em.remove(shelf);
    }),
};

test.for(databaseKinds)('on %s each change of an aggregate is stored with its event', async (kind) => {
  await using sample = await openSampleDatabase(kind);
  const id = '0190c0de-0000-7000-8000-000000000001';
  const names = () => sample.database.sql('select name from sample_shelf');

  await inCommand(() => steps.created(sample, id));
  expect(await names()).toEqual([{ name: 'first' }]);
  await inCommand(() => steps.updated(sample, id));
  expect(await names()).toEqual([{ name: 'second' }]);
  await inCommand(() => steps.deleted(sample, id));
  expect(await names()).toEqual([]);

  expect(await sample.log.readStream('Shelf', id)).toMatchObject([
    { type: 'SHELF_OPENED', version: 1, data: { name: 'first', version: 1 } },
    { type: 'SHELF_RENAMED', version: 2, data: { name: 'second', previous: 'first' } },
    { type: 'SHELF_CLOSED', version: 3 },
  ]);
});

test('until the commit another connection sees neither the change nor the event, then both', async () => {
  await using sample = await openSampleDatabase();
  const id = '0190c0de-0000-7000-8000-000000000001';
  await withPostgres(sample.url, async (outsider) => {
    const look = async () => {
      const { rows } = await outsider.query(
        'select (select count(*)::int from sample_shelf) as shelves, (select count(*)::int from event) as events',
      );
      return rows[0] as unknown;
    };
    await inCommand(() =>
      transact(sample.database, async (em) => {
        em.persist(Shelf.open('first', id));
        await em.flush();
        expect(await look()).toEqual({ shelves: 0, events: 0 });
      }),
    );
    expect(await look()).toEqual({ shelves: 1, events: 1 });
  });
  expect(await storedTypes(sample)).toEqual(['SHELF_OPENED']);
});
