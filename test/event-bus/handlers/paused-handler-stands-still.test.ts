import { expect, test } from 'vitest';
import { waitFor } from '../../support/wait-for.ts';
import { createHandlerDeployment, readLanes, untilCaughtUp } from './handler-deployment.ts';
import { canary } from './sample-handlers.ts';
import { appendEntries, ascending, entries, linesOf } from './sample-ledger.ts';

test('a paused handler handles nothing and keeps its checkpoint, others go on, and after the pause it has missed nothing', async () => {
  await using deployment = await createHandlerDeployment();
  const { sql } = deployment;
  await using _node = await deployment.startNode([canary({ name: 'paused', lanes: 2 }), canary({ name: 'running' })]);
  const before = await appendEntries(sql, entries(10, 4));
  await untilCaughtUp(sql, 'paused');
  await sql(`update handler set paused = true where name = 'paused'`);
  const checkpoints = await readLanes(sql, 'paused');
  const during = await appendEntries(sql, entries(10, 4));
  await untilCaughtUp(sql, 'running');
  // Two more rounds of the running handler, so that the paused one has had every occasion.
  during.push(...(await appendEntries(sql, entries(10, 4))));
  await untilCaughtUp(sql, 'running');
  expect(await linesOf(sql, 'paused')).toHaveLength(before.length);
  expect((await readLanes(sql, 'paused')).map(({ position }) => position)).toEqual(
    checkpoints.map(({ position }) => position),
  );
  await sql(`update handler set paused = false where name = 'paused'`);
  await untilCaughtUp(sql, 'paused');
  expect((await linesOf(sql, 'paused')).map((line) => line.event_id).toSorted(ascending)).toEqual(
    [...before, ...during].toSorted(ascending),
  );
});

test('a checkpoint that an operator moves back during the pause is where the handler goes on', async () => {
  await using deployment = await createHandlerDeployment();
  const { sql } = deployment;
  await using _node = await deployment.startNode([canary({ name: 'replayed' })]);
  const ids = await appendEntries(sql, entries(10, 4));
  await untilCaughtUp(sql, 'replayed');
  await sql(`with pause as (update handler set paused = true where name = 'replayed')
             update handler_lane set position = 0 where handler = 'replayed'`);
  await waitFor(async () => (await readLanes(sql, 'replayed')).every(({ position }) => position === 0), {
    describe: 'the old checkpoint',
  });
  await sql(`update handler set paused = false where name = 'replayed'`);
  await waitFor(async () => (await linesOf(sql, 'replayed')).length >= 2 * ids.length, { describe: 'the replay' });
  expect((await linesOf(sql, 'replayed')).map((line) => line.event_id)).toEqual([...ids, ...ids]);
});
