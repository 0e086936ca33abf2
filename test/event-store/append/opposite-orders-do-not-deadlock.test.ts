import { expect, test } from 'vitest';
import { sqlOf } from '../../../src/database/sql.ts';
import { transact } from '../../../src/database/transact.ts';
import { openSampleDatabase } from '../sample-database.ts';
import { append, sampleAppend, versionsOf } from '../sample-events.ts';

const WRITERS = 8;
const ROUNDS = 25;

test('writers that name the same streams in opposite orders wait for each other and never deadlock', async () => {
  await using sample = await openSampleDatabase();
  const names = ['a', 'b', 'c', 'd'];

  await Promise.all(
    Array.from({ length: WRITERS }, async (_, writer) => {
      const order = writer % 2 === 0 ? names : names.toReversed();
      for (let round = 0; round < ROUNDS; round++) {
        await transact(sample.database, async (em) => append(sqlOf(em), ...order.map((name) => sampleAppend(name))));
      }
    }),
  );

  const total = WRITERS * ROUNDS;
  expect(await versionsOf(sample.database.sql)).toEqual({ a: total, b: total, c: total, d: total });
});
