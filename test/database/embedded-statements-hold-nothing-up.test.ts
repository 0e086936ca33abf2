import { expect, test } from 'vitest';
import { openSampleDatabase } from '../event-store/sample-database.ts';

test('while the embedded database runs a statement the program goes on', async () => {
  await using embedded = await openSampleDatabase('embedded');
  let turns = 0;
  const turn = (): void => {
    turns++;
    next = setImmediate(turn);
  };
  let next = setImmediate(turn);
  const [{ count } = { count: 0 }] = await embedded.database.sql<{ count: number }>(
    'select count(*)::int as count from generate_series(1, 200000)',
  );
  clearImmediate(next);
  expect(count).toBe(200_000);
  // Between asking and hearing the answer there are one or two even if the statement held everything up.
  expect(turns).toBeGreaterThan(10);
});
