import { expect, test } from 'vitest';
import { waitFor } from '../../support/wait-for.ts';
import { createHandlerDeployment, untilCaughtUp } from './handler-deployment.ts';
import { courier } from './sample-handlers.ts';
import { appendEntries, ascending, entries } from './sample-ledger.ts';

test('a pause begins no further effect, and what is under way is marked done instead of being repeated later', async () => {
  await using deployment = await createHandlerDeployment();
  const { sql } = deployment;
  const begun: string[] = [];
  const arrive = Promise.withResolvers<void>();
  const handler = courier({
    lanes: 1,
    concurrency: 2,
    async deliver(event) {
      begun.push(event.id);
      await arrive.promise;
      return undefined;
    },
  });
  await using _node = await deployment.startNode([handler]);
  const ids = await appendEntries(sql, entries(6, 6));
  await waitFor(() => begun.length === 2, { describe: 'two effects under way' });
  await sql(`update handler set paused = true where name = 'courier'`);
  const [{ count } = { count: 0 }] = await sql<{ count: number }>(
    `select extract(epoch from max(lease_expires_at))::float8 as count from handler_lane where handler = 'courier'`,
  );
  await waitFor(
    async () =>
      (
        await sql(
          `select 1 from handler_lane where handler = 'courier' and extract(epoch from lease_expires_at) > $1`,
          [count],
        )
      ).length === 1,
    { describe: 'a beat that has seen the pause' },
  );
  arrive.resolve();
  await waitFor(
    async () => (await sql(`select 1 from handler_effect where handler = 'courier' and outcome = 'done'`)).length === 2,
    { describe: 'the two marks' },
  );
  expect(begun).toHaveLength(2);
  await sql(`update handler set paused = false where name = 'courier'`);
  await untilCaughtUp(sql, 'courier');
  expect(begun.toSorted(ascending)).toEqual(ids.toSorted(ascending));
});
