import { expect, test } from 'vitest';
import { appendEntries, entries, sumOf } from '../handlers/sample-ledger.ts';
import { untilCaughtUp } from '../handlers/handler-deployment.ts';
import {
  createProjectionDeployment,
  generationsWithRows,
  readTotals,
  rebuild,
  totals,
  TOTALS,
  untilEnded,
} from './sample-projection.ts';

test('readers see the old rows, then the new ones, never none or a part, while events go on coming', async () => {
  await using deployment = await createProjectionDeployment();
  const { sql } = deployment;
  await using node = await deployment.startNode([], {}, { projections: [totals()] });
  const before = entries(12_000, 300);
  await appendEntries(sql, before);
  await untilCaughtUp(sql, TOTALS);

  const id = await rebuild(node);
  const seen: { entries: number; total: number }[] = [];
  const meanwhile = entries(600, 30);
  const over = new AbortController();
  const end = untilEnded(sql, id).finally(() => over.abort());
  const reading = (async () => {
    while (!over.signal.aborted) seen.push(await readTotals(sql));
  })();
  for (let start = 0; start < meanwhile.length; start += 50)
    await appendEntries(sql, meanwhile.slice(start, start + 50));
  const job = await end;
  await reading;
  await untilCaughtUp(sql, TOTALS);

  expect(job).toMatchObject({ status: 'COMPLETED', failed: 0, state: { differences: [] } });
  expect(seen.length).toBeGreaterThan(1);
  expect(Math.min(...seen.map((read) => read.entries))).toBeGreaterThanOrEqual(before.length);
  expect(seen.map((read) => read.entries)).toEqual(seen.map((read) => read.entries).toSorted((a, b) => a - b));
  expect(await readTotals(sql)).toEqual({
    generation: 2,
    version: 1,
    entries: 12_600,
    total: sumOf(before) + sumOf(meanwhile),
  });
  expect(await generationsWithRows(sql)).toEqual([2]);
});
