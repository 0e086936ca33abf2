import { expect, test } from 'vitest';
import { transact } from '../../../src/database/transact.ts';
import { inCommand, openSampleDatabase } from '../sample-database.ts';
import { Shelf } from '../sample-library.ts';

test('the version of an entity is that of its stream and of its last event, however many events a flush holds', async () => {
  await using sample = await openSampleDatabase();
  const id = '0190c0de-0000-7000-8000-000000000001';
  await inCommand(() => transact(sample.database, async (em) => void em.persist(Shelf.open('0', id))));

  for (const events of [1, 3, 2]) {
    await inCommand(() =>
      transact(sample.database, async (em) => {
        const shelf = await em.findOneOrFail(Shelf, { id });
        for (let index = 0; index < events; index++) shelf.rename(`${shelf.version}`);
      }),
    );
    expect(
      await sample.database.sql(
        `select s.version = v.version and v.version = (select max(version) from event) as same, v.version
         from sample_shelf s, event_stream v`,
      ),
    ).toMatchObject([{ same: true }]);
  }

  const versions = (await sample.log.readStream('Shelf', id)).map((event) => event.version);
  expect(versions).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect((await sample.database.reader().findOneOrFail(Shelf, { id })).version).toBe(7);
});

test('the data of an event may hold the version after the change', async () => {
  await using sample = await openSampleDatabase();

  const { recorded } = await inCommand(() =>
    transact(sample.database, async (em) => void em.persist(Shelf.open('first'))),
  );

  expect(recorded).toMatchObject([{ version: 1, data: { version: 1 } }]);
});
