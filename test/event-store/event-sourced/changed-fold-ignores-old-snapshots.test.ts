import { expect, test } from 'vitest';
import { defineAggregate, on } from '../../../src/event-store/define-aggregate.ts';
import { EventSourcedRepository } from '../../../src/event-store/event-sourced-repository.ts';
import { openSampleDatabase } from '../sample-database.ts';
import { change, counted, type Tally, TallyCounted } from './sample-tally.ts';

/** The same events, understood in another way by a later version of the program: only odd numbers count. */
const oddTallies = new EventSourcedRepository<Tally>(
  defineAggregate<Tally>({
    type: 'Tally',
    foldVersion: 2,
    initial: { sum: 0, wipes: 0 },
    apply: [on(TallyCounted, (tally, { number }) => ({ ...tally, sum: tally.sum + (number % 2) }))],
  }),
  { snapshotEvery: 10 },
);

test('a changed fold begins at the first event, and what an older program saves does not replace its snapshots', async () => {
  await using sample = await openSampleDatabase();
  const { sql, orm } = sample.database;
  await change(sample, 'a', counted(...Array.from({ length: 10 }, (_, index) => index)));
  expect(await sql('select fold_version, version from aggregate_snapshot')).toEqual([{ fold_version: 1, version: 10 }]);

  expect(await oddTallies.load(orm.em.fork(), 'a')).toMatchObject({
    version: 10,
    state: { sum: 5 },
    snapshotVersion: 0,
  });
  await change(sample, 'a', counted(11), oddTallies);
  const newer = [{ fold_version: 2, version: 11, state: { sum: 6, wipes: 0 } }];
  expect(await sql('select fold_version, version, state from aggregate_snapshot')).toEqual(newer);

  // The older program still runs beside it.
  const { tally } = await change(sample, 'a', counted(1));
  expect(tally).toMatchObject({ version: 12, state: { sum: 57 } });
  expect(await sql('select fold_version, version, state from aggregate_snapshot')).toEqual(newer);
  expect(await oddTallies.load(orm.em.fork(), 'a')).toMatchObject({
    version: 12,
    state: { sum: 7 },
    snapshotVersion: 11,
  });
});
