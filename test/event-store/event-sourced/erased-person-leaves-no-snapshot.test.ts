import { expect, test } from 'vitest';
import { deleteSnapshotsAbout } from '../../../src/event-store/snapshot.ts';
import { openSampleDatabase } from '../sample-database.ts';
import { change, counted, wiped } from './sample-tally.ts';

test('the snapshots about one person can be deleted', async () => {
  await using sample = await openSampleDatabase();
  const { sql } = sample.database;
  const [ada, bob] = ['01a2095a-f439-71dc-b88a-527656b18dce', '01a2095a-f686-7294-ae88-05e1da639557'] as const;
  const nine = counted(...Array.from({ length: 9 }, () => 1));
  await change(sample, 'of ada', [...nine, wiped(ada)]);
  await change(sample, 'of ada too', [...nine, wiped(ada)]);
  await change(sample, 'of bob', [...nine, wiped(bob)]);
  await deleteSnapshotsAbout(sql, ada);
  expect(await sql('select aggregate_id, subject_id from aggregate_snapshot')).toEqual([
    { aggregate_id: 'of bob', subject_id: bob },
  ]);
});
