import { expect, test } from 'vitest';
import { appendEvents } from '../../../src/event-store/append-events.ts';
import { databaseKinds, openSampleDatabase, storedTypes } from '../sample-database.ts';
import { append, sampleAppend, sampleContext, versionsOf } from '../sample-events.ts';

test.for(databaseKinds)('on %s the very same append is accepted again without an effect', async (kind) => {
  await using sample = await openSampleDatabase(kind);
  const { sql } = sample.database;
  const context = sampleContext();
  const attempts = [[sampleAppend('a', 2, 0)], [sampleAppend('b', 1, 'any'), sampleAppend('d', 3, 0)]];

  for (const streams of attempts) {
    const once = await appendEvents(sql, streams, context);
    expect(await appendEvents(sql, streams, context)).toEqual(once);
    // Others have gone on meanwhile; the answer of a repetition stays what it was.
    await append(sql, sampleAppend('a', 1), sampleAppend('b', 1), sampleAppend('c', 1));
    expect(await appendEvents(sql, streams, context)).toEqual(once);
  }

  expect(await versionsOf(sql)).toEqual({ a: 4, b: 3, c: 2, d: 3 });
  expect(await storedTypes(sample)).toHaveLength(12);
  const gaps = await sql(
    `select aggregate_id from event group by aggregate_id having max(version) <> count(*) or min(version) <> 1`,
  );
  expect(gaps).toEqual([]);
});
