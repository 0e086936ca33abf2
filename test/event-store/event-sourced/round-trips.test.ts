import { expect, test } from 'vitest';
import { transact } from '../../../src/database/transact.ts';
import { outline, watchDatabaseTraffic } from '../../support/database-traffic.ts';
import { inCommand, openSampleDatabase } from '../sample-database.ts';
import { change, counted, tallies } from './sample-tally.ts';

test('loading takes one round trip; appending to any number of aggregates, with their snapshots, goes out with the commit', async () => {
  await using sample = await openSampleDatabase();
  const { database } = sample;
  await change(sample, 'a', counted(1));
  using traffic = watchDatabaseTraffic();

  await inCommand(() =>
    transact(database, async (em) => {
      const loaded = await tallies.load(em, 'a');
      const twenty = Array.from({ length: 20 }, (_, index) => tallies.blank(`new ${index}`));
      const after = await tallies.appendAll(
        em,
        [loaded, ...twenty].map((aggregate) => ({ aggregate, facts: counted(1, 2, 3) })),
      );
      await tallies.appendAll(
        em,
        after.map((aggregate) => ({ aggregate, facts: counted(1, 1, 1, 1, 1, 1, 1) })),
      );
    }),
  );

  expect(outline(traffic.batches)).toEqual([
    ['begin', 'with snapshot'],
    ['select append_events', 'select append_events', 'insert into', 'commit'],
  ]);
  expect(await database.sql('select count(*)::int as snapshots from aggregate_snapshot')).toEqual([{ snapshots: 21 }]);
});

test('a long stream is read in pages', async () => {
  await using sample = await openSampleDatabase();
  const { database } = sample;
  await change(sample, 'a', counted(...Array.from({ length: 1_234 }, () => 1)));
  await database.sql('delete from aggregate_snapshot');
  const em = database.orm.em.fork();
  using traffic = watchDatabaseTraffic();

  expect(await tallies.load(em, 'a')).toMatchObject({ version: 1_234, state: { sum: 1_234 } });
  const limits = traffic.batches.flat().map(({ values }) => Number(values.at(-1)));
  expect(limits).toEqual([500, 500, 500]);
});
