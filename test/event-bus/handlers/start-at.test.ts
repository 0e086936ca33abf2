import { expect, test } from 'vitest';
import { createHandlerDeployment, untilCaughtUp } from './handler-deployment.ts';
import { canary } from './sample-handlers.ts';
import { appendEntries, ascending, entry, linesOf } from './sample-ledger.ts';

test('a handler added to an old log begins at its first event or with what comes from then on, as it says', async () => {
  await using deployment = await createHandlerDeployment();
  const { sql } = deployment;
  const old: string[] = [];
  {
    await using _node = await deployment.startNode([canary({ name: 'first' })]);
    old.push(...(await appendEntries(sql, [entry('a'), entry('b'), entry('a')])));
    await untilCaughtUp(sql, 'first');
  }
  const added = [
    canary({ name: 'from-beginning', startAt: 'beginning', lanes: 2 }),
    canary({ name: 'from-now', startAt: 'now', lanes: 2 }),
  ];
  let fresh: string[];
  {
    await using _node = await deployment.startNode([canary({ name: 'first' }), ...added]);
    fresh = await appendEntries(sql, [entry('a'), entry('c')]);
    for (const name of ['first', 'from-beginning', 'from-now']) await untilCaughtUp(sql, name);
  }
  const handledBy = async (name: string): Promise<string[]> => (await linesOf(sql, name)).map((line) => line.event_id);
  expect(await handledBy('first')).toEqual([...old, ...fresh]);
  expect((await handledBy('from-beginning')).toSorted(ascending)).toEqual([...old, ...fresh].toSorted(ascending));
  expect((await handledBy('from-now')).toSorted(ascending)).toEqual(fresh.toSorted(ascending));

  // Only the first registration decides: a later start goes on from the checkpoint.
  const [missed] = await appendEntries(sql, [entry('c')]);
  await using _again = await deployment.startNode(added);
  await untilCaughtUp(sql, 'from-now');
  expect((await handledBy('from-now')).toSorted(ascending)).toEqual([...fresh, missed].toSorted(ascending));
});
