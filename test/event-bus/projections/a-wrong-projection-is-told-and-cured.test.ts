import { expect, test } from 'vitest';
import { ProjectionRebuilt } from '../../../src/event-bus/projection.events.ts';
import { waitFor } from '../../support/wait-for.ts';
import { appendEntries, entries, sumOf } from '../handlers/sample-ledger.ts';
import { untilCaughtUp } from '../handlers/handler-deployment.ts';
import { createProjectionDeployment, readTotals, rebuild, totals, TOTALS, untilEnded } from './sample-projection.ts';

test('a live projection that was wrong is replaced, and the job, the log and an event say what differed', async () => {
  await using deployment = await createProjectionDeployment();
  const { sql } = deployment;
  await using node = await deployment.startNode([], {}, { projections: [totals()] });
  const made = entries(40, 4);
  await appendEntries(sql, made);
  await untilCaughtUp(sql, TOTALS);
  await sql(`update ledger_total set total = 0 where ledger = 'ledger-1'`);
  await sql(`delete from ledger_total where ledger = 'ledger-2'`);

  const id = await rebuild(node);

  const differences = [{ table: TOTALS, onlyBefore: 1, onlyAfter: 2 }];
  expect((await untilEnded(sql, id)).state).toMatchObject({ differences });
  expect((await readTotals(sql)).total).toBe(sumOf(made));
  expect(node.logs.join()).toContain('A rebuilt projection differs from the live one, which was wrong');
  const event = await waitFor(
    async () =>
      (await node.app.bus.log.read({ filter: { types: [ProjectionRebuilt.type], aggregateId: TOTALS }, limit: 1 }))[0],
    { describe: 'the event' },
  );
  expect(event.data).toEqual({
    projection: TOTALS,
    rebuildId: id,
    version: 1,
    generation: 2,
    compared: true,
    differences,
  });
});
