import { expect, test } from 'vitest';
import { waitFor } from '../../support/wait-for.ts';
import { createHandlerDeployment, untilCaughtUp } from './handler-deployment.ts';
import { courier, forEver } from './sample-handlers.ts';
import { appendEntries, ascending, entry } from './sample-ledger.ts';

test('what an earlier holder began is repeated only if the other side does not have it', async () => {
  await using deployment = await createHandlerDeployment();
  const { sql } = deployment;
  const [arrived, lost] = await appendEntries(sql, [entry('arrived'), entry('lost')]);
  {
    // It dies with its calls under way: the lane is lost to it, and it may write nothing any more.
    await using _dying = await deployment.startNode([courier({ deliver: forEver, timeoutMs: 60_000 })]);
    await waitFor(
      async () =>
        (await sql(`select 1 from handler_effect where handler = 'courier' and outcome = 'intended'`)).length === 2,
      { describe: 'both intents' },
    );
    await sql(`update handler_lane set epoch = epoch + 1, holder = null where handler = 'courier'`);
  }
  const asked: string[] = [];
  const delivered: { readonly id: string; readonly attempt: number; readonly dedupeKey: string }[] = [];
  await using _node = await deployment.startNode([
    courier({
      async wasDone(event) {
        asked.push(event.id);
        return event.id === arrived;
      },
      async deliver({ id }, { attempt, dedupeKey }) {
        delivered.push({ id, attempt, dedupeKey });
        return undefined;
      },
    }),
  ]);
  await untilCaughtUp(sql, 'courier');
  expect(asked.toSorted(ascending)).toEqual([arrived, lost].toSorted(ascending));
  expect(delivered).toEqual([{ id: lost, attempt: 2, dedupeKey: `courier:${lost}` }]);
  const rows = await sql<{ event_id: string; outcome: string; attempts: number }>(
    `select event_id, outcome, attempts from handler_effect where handler = 'courier'`,
  );
  expect(new Map(rows.map((row) => [row.event_id, [row.outcome, row.attempts]]))).toEqual(
    new Map([
      [arrived, ['done', 2]],
      [lost, ['done', 2]],
    ]),
  );
});
