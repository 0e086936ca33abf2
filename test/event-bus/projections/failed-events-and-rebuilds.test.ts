import { expect, test } from 'vitest';
import { cancelJob, findJob } from '../../../src/event-bus/background-job.ts';
import { holdRows } from '../../support/held-rows.ts';
import { waitFor } from '../../support/wait-for.ts';
import { readParked, untilCaughtUp, untilSettled } from '../handlers/handler-deployment.ts';
import { appendEntries, entries, entry, sumOf } from '../handlers/sample-ledger.ts';
import {
  createProjectionDeployment,
  generationsWithRows,
  readTotals,
  rebuild,
  totals,
  TOTALS,
  untilEnded,
} from './sample-projection.ts';

const REFUSE = `create function refuse() returns trigger language plpgsql as $$ begin
  if new.ledger = 'cursed' then raise exception 'not this one'; end if; return new; end $$`;
const TRIGGER = 'create trigger refuse before insert or update on ledger_total for each row execute function refuse()';

test('what the live lane gave up is in the rebuilt rows once, also when it is retried afterwards', async () => {
  await using deployment = await createProjectionDeployment();
  const { sql } = deployment;
  await using node = await deployment.startNode([], {}, { projections: [totals()] });
  await sql(REFUSE);
  await sql(TRIGGER);
  const made = [...entries(20, 2), entry('cursed', { amount: 500 }), entry('cursed', { amount: 30 })];
  await appendEntries(sql, made);
  await untilSettled(sql, TOTALS);
  expect(await readParked(sql, TOTALS)).toHaveLength(2);

  await sql('drop trigger refuse on ledger_total');
  await untilEnded(sql, await rebuild(node));

  expect(await readParked(sql, TOTALS)).toEqual([]);
  await appendEntries(sql, [entry('cursed', { amount: 7 })]);
  await untilCaughtUp(sql, TOTALS);
  expect((await readTotals(sql)).total).toBe(sumOf(made) + 7);
});

test('a rebuild that cannot apply an event fails, names its position, and leaves the old rows', async () => {
  await using deployment = await createProjectionDeployment();
  const { sql } = deployment;
  await using node = await deployment.startNode([], {}, { projections: [totals()] });
  const made = [...entries(700, 9), entry('cursed'), ...entries(50, 9)];
  const ids = await appendEntries(sql, made);
  await untilCaughtUp(sql, TOTALS);
  await sql(REFUSE);
  await sql(TRIGGER);

  const job = await untilEnded(sql, await rebuild(node));

  const [cursed] = await sql<{ position: number }>('select position::integer from event_position where event_id = $1', [
    ids[700],
  ]);
  expect(job).toMatchObject({ status: 'FAILED' });
  expect(job.error).toContain(`at position ${cursed?.position} `);
  expect(await readTotals(sql)).toMatchObject({ generation: 1, total: sumOf(made) });
});

test('a cancelled rebuild swaps nothing, and its rows are swept by the next', async () => {
  await using deployment = await createProjectionDeployment();
  const { sql } = deployment;
  await using node = await deployment.startNode([], {}, { projections: [totals()] });
  const made = entries(9_000, 40);
  await appendEntries(sql, made);
  await untilCaughtUp(sql, TOTALS);
  await using lane = await holdRows(
    deployment.url,
    `select 1 from handler_lane where handler = '${TOTALS}' for update`,
    [],
  );
  const id = await rebuild(node);
  // The swap waits for it: everything else is done.
  await lane.untilWaiting(1);
  expect(await cancelJob(sql, id)).not.toBeNull();
  await lane.release();
  await waitFor(() => node.logs.some((line) => line.includes('A job was put down')), {
    describe: 'the job to be put down',
  });

  expect((await findJob(sql, id))?.status).toBe('CANCELLED');
  expect(await readTotals(sql)).toMatchObject({ generation: 1, total: sumOf(made) });
  await untilEnded(sql, await rebuild(node));
  await waitFor(async () => (await generationsWithRows(sql)).join() === '3', { describe: 'the sweep' });
  expect((await readTotals(sql)).total).toBe(sumOf(made));
});
