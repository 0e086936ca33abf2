import { expect, test } from 'vitest';
import { createHandlerDeployment, readLanes, untilCaughtUp } from './handler-deployment.ts';
import { canary } from './sample-handlers.ts';
import { appendEntries, entries, linesOf, orderFaults, sumOf, totalOf } from './sample-ledger.ts';

test('a handler that declares another number of lanes keeps that of its first start, and the log says so', async () => {
  await using deployment = await createHandlerDeployment();
  const { sql } = deployment;
  const made = entries(60, 12);
  {
    await using _node = await deployment.startNode([canary({ lanes: 3 })]);
    await appendEntries(sql, made.slice(0, 30));
    await untilCaughtUp(sql, 'canary');
  }
  await using node = await deployment.startNode([canary({ lanes: 5 })]);
  await appendEntries(sql, made.slice(30));
  await untilCaughtUp(sql, 'canary');
  expect(await readLanes(sql, 'canary')).toHaveLength(3);
  expect(await totalOf(sql, 'canary')).toBe(sumOf(made));
  expect(orderFaults(await linesOf(sql, 'canary'))).toEqual([]);
  expect(node.logs.filter((line) => line.includes('number of lanes'))).toEqual([
    expect.stringMatching(/"handler":"canary","declared":5,"stored":3/),
  ]);
});
