import { expect, test } from 'vitest';
import { waitFor } from '../../support/wait-for.ts';
import { appendEntries, entries, sumOf } from '../handlers/sample-ledger.ts';
import { untilCaughtUp } from '../handlers/handler-deployment.ts';
import { createProjectionDeployment, generationsWithRows, readTotals, totals, TOTALS } from './sample-projection.ts';

test('a program with a newer version of a projection rebuilds it by itself; until then readers see the old rows', async () => {
  await using deployment = await createProjectionDeployment();
  const { sql } = deployment;
  const made = entries(3_000, 20);
  {
    await using _old = await deployment.startNode([], {}, { projections: [totals()] });
    await appendEntries(sql, made);
    await untilCaughtUp(sql, TOTALS);
  }
  await using _new = await deployment.startNode([], {}, { projections: [totals({ version: 2, times: 10 })] });
  const more = entries(100, 20);
  await appendEntries(sql, more);
  const seen = new Set<string>();
  await waitFor(
    async () => {
      const { version, total } = await readTotals(sql);
      seen.add(`${version}: ${total % 10}`);
      return version === 2;
    },
    { describe: 'the new version' },
  );
  await untilCaughtUp(sql, TOTALS);
  expect(await readTotals(sql)).toMatchObject({ version: 2, total: 10 * (sumOf(made) + sumOf(more)), entries: 3_100 });
  expect([...seen].filter((read) => read.startsWith('1'))).toEqual([...seen].filter((read) => read.startsWith('1:')));
  await waitFor(async () => (await generationsWithRows(sql)).length === 1, { describe: 'the old rows to be swept' });
});

test('a node with the older version does not write to the rows of the newer one', async () => {
  await using deployment = await createProjectionDeployment();
  const { sql } = deployment;
  const made = entries(30, 3);
  await appendEntries(sql, made);
  {
    await using _newer = await deployment.startNode([], {}, { projections: [totals({ version: 2 })] });
    await waitFor(async () => (await readTotals(sql)).version === 2, { describe: 'the newer version' });
    await untilCaughtUp(sql, TOTALS);
  }
  await using older = await deployment.startNode([], {}, { projections: [totals({ version: 1, times: 1_000 })] });
  await appendEntries(sql, entries(10, 3));
  await waitFor(() => older.logs.some((line) => line.includes('A newer program keeps a projection')), {
    describe: 'the warning',
  });
  await waitFor(() => older.logs.some((line) => line.includes('ProjectionOutdatedError')), {
    describe: 'the lane to wait',
  });
  expect(await readTotals(sql)).toMatchObject({ version: 2, total: sumOf(made) });
  await using _newer = await deployment.startNode([], {}, { projections: [totals({ version: 2 })] });
  await older[Symbol.asyncDispose]();
  await untilCaughtUp(sql, TOTALS);
  expect((await readTotals(sql)).entries).toBe(40);
});

test('a projection that is new to an old log is first shown when it is complete', async () => {
  await using deployment = await createProjectionDeployment();
  const { sql } = deployment;
  const made = entries(5_000, 50);
  {
    await using _without = await deployment.startNode([]);
    await appendEntries(sql, made);
    await waitFor(async () => (await sql('select 1 from event_position')).length >= made.length, {
      describe: 'the positions',
    });
  }
  await using _node = await deployment.startNode([], {}, { projections: [totals()] });
  const seen = new Set<number>();
  await waitFor(
    async () => {
      const { generation, entries } = await readTotals(sql);
      if (generation > 0) seen.add(entries);
      return generation > 0;
    },
    { describe: 'the projection' },
  );
  expect([...seen]).toEqual([made.length]);
});
