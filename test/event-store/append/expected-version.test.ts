import { expect, test } from 'vitest';
import { ConcurrencyError } from '../../../src/errors.ts';
import { databaseKinds, openSampleDatabase } from '../sample-database.ts';
import { append, sampleAppend, versionsOf } from '../sample-events.ts';

test.for(databaseKinds)('on %s an append succeeds at the expected version alone', async (kind) => {
  await using sample = await openSampleDatabase(kind);
  const { sql } = sample.database;
  const versions = async (...streams: Parameters<typeof append> extends [unknown, ...infer Rest] ? Rest : never) =>
    (await append(sql, ...streams)).map((event) => event.version);

  expect(await versions(sampleAppend('a', 2, 0))).toEqual([1, 2]);
  expect(await versions(sampleAppend('a', 1, 2))).toEqual([3]);
  expect(await versions(sampleAppend('a', 2, 'any'))).toEqual([4, 5]);
  expect(await versions(sampleAppend('b', 1, 'any'), sampleAppend('a', 1, 5))).toEqual([1, 6]);

  const wrong = [
    { streams: [sampleAppend('a', 1, 0)], expectedVersion: 0, actualVersion: 6 },
    { streams: [sampleAppend('a', 3, 5)], expectedVersion: 5, actualVersion: 6 },
    { streams: [sampleAppend('a', 1, 7)], expectedVersion: 7, actualVersion: 6 },
    { streams: [sampleAppend('new', 1, 1)], expectedVersion: 1, actualVersion: 0 },
    // One wrong stream refuses them all.
    { streams: [sampleAppend('a', 1, 6), sampleAppend('b', 1, 0)], expectedVersion: 0, actualVersion: 1 },
  ];
  for (const { streams, expectedVersion, actualVersion } of wrong) {
    const error: unknown = await append(sql, ...streams).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ConcurrencyError);
    expect(error).toMatchObject({ code: 'CONCURRENCY_CONFLICT', expectedVersion, actualVersion });
  }

  expect(await versionsOf(sql)).toEqual({ a: 6, b: 1 });
  const stored = await sql<{ version: number }>("select version from event where aggregate_id = 'a' order by number");
  expect(stored.map((row) => row.version)).toEqual([1, 2, 3, 4, 5, 6]);
});
