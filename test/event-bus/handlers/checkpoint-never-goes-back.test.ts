import { expect, test } from 'vitest';
import { createHandlerDeployment, readLanes, untilCaughtUp, untilSettled } from './handler-deployment.ts';
import { canary, courier } from './sample-handlers.ts';
import { appendEntries, entries, entry } from './sample-ledger.ts';

const RECORD_STEPS = `
create table step (number bigint generated always as identity, handler text, lane integer, position_before bigint, position_after bigint,
  epoch_before bigint, epoch_after bigint);
create function record_step() returns trigger language plpgsql as $$ begin
  insert into step (handler, lane, position_before, position_after, epoch_before, epoch_after)
  values (new.handler, new.lane, old.position, new.position, old.epoch, new.epoch);
  return new;
end $$;
create trigger record_step after update on handler_lane for each row execute function record_step();`;

test('neither a checkpoint nor an epoch ever goes back, whatever fails and whoever comes and goes', async () => {
  await using deployment = await createHandlerDeployment();
  const { sql } = deployment;
  await sql(RECORD_STEPS);
  const handlers = [
    canary({
      lanes: 3,
      batchSize: 7,
      inspect: (event) => {
        if (event.data.amount % 10 === 0) throw new Error('Every tenth.');
      },
      retry: { maxAttempts: 2 },
    }),
    courier({ lanes: 3, batchSize: 5, concurrency: 2, deliver: async () => undefined }),
  ];
  await using _first = await deployment.startNode(handlers);
  {
    await using _second = await deployment.startNode(handlers);
    await appendEntries(sql, entries(200, 20));
  }
  await using _third = await deployment.startNode(handlers);
  await appendEntries(sql, entries(100, 20));
  await untilSettled(sql, 'canary');
  await untilSettled(sql, 'courier');
  const [steps] = await sql<{ all: number; back: number }>(
    `select count(*)::int as all, (count(*) filter (where position_after < position_before or epoch_after < epoch_before))::int as back from step`,
  );
  expect(steps?.all).toBeGreaterThan(50);
  expect(steps?.back).toBe(0);
});

test('the checkpoint of a lane that has nothing to do follows the head of the log', async () => {
  await using deployment = await createHandlerDeployment();
  const { sql } = deployment;
  await using _node = await deployment.startNode([
    canary({ lanes: 4 }),
    courier({ lanes: 4, deliver: async () => undefined }),
  ]);
  await appendEntries(sql, [
    entry('only-lane'),
    ...Array.from({ length: 5 }, () => entry('only-lane', { audited: true })),
  ]);
  await untilCaughtUp(sql, 'canary');
  await untilCaughtUp(sql, 'courier');
  const heads = new Set(
    (await readLanes(sql))
      .filter(({ handler }) => handler === 'canary' || handler === 'courier')
      .map(({ position }) => position),
  );
  expect(heads.size).toBe(1);
});
