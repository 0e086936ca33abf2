import { expect, test } from 'vitest';
import type { Sql } from '../../../src/database/sql.ts';
import { waitFor } from '../../support/wait-for.ts';
import { createHandlerDeployment, type HandlerNode, readLanes, untilCaughtUp } from './handler-deployment.ts';
import { canary, courier } from './sample-handlers.ts';
import { appendEntries, entries, linesOf, orderFaults, sumOf, totalOf } from './sample-ledger.ts';

async function untilShared(sql: Sql, nodes: readonly HandlerNode[]): Promise<void> {
  await waitFor(
    async () => {
      const lanes = await readLanes(sql);
      const share = Math.ceil(lanes.length / nodes.length);
      const held = nodes.map(({ id }) => lanes.filter(({ holder }) => holder === id).length);
      return held.every((count) => count <= share) && held.reduce((sum, count) => sum + count, 0) === lanes.length;
    },
    { describe: `all lanes to be shared by ${nodes.length} nodes` },
  );
}

test('lanes are spread over the nodes, again when one joins, and at once when one leaves; nothing is lost or doubled', async () => {
  await using deployment = await createHandlerDeployment();
  const { sql } = deployment;
  const handlers = [canary({ lanes: 6, batchSize: 10 }), courier({ lanes: 6, deliver: async () => undefined })];
  const made = entries(1_200, 60);
  await using first = await deployment.startNode(handlers);
  await untilShared(sql, [first]);
  await appendEntries(sql, made.slice(0, 400));
  await using second = await deployment.startNode(handlers);
  await untilShared(sql, [first, second]);
  await appendEntries(sql, made.slice(400, 800));
  const third = await deployment.startNode(handlers);
  await untilShared(sql, [first, second, third]);
  await appendEntries(sql, made.slice(800));
  await third[Symbol.asyncDispose]();
  expect((await readLanes(sql)).filter(({ holder }) => holder === third.id)).toEqual([]);
  await untilShared(sql, [first, second]);
  await untilCaughtUp(sql, 'canary');
  await untilCaughtUp(sql, 'courier');
  expect(await totalOf(sql, 'canary')).toBe(sumOf(made));
  expect(orderFaults(await linesOf(sql, 'canary'))).toEqual([]);
}, 60_000);

test('a node that does not know a handler leaves its lanes to who does, and no lane is left over', async () => {
  await using deployment = await createHandlerDeployment();
  const { sql } = deployment;
  const known = canary({ name: 'known', lanes: 6 });
  const newest = canary({ name: 'newest', lanes: 6 });
  await using old = await deployment.startNode([known]);
  await untilShared(sql, [old]);
  const mayKeep = Math.ceil((await readLanes(sql)).length / 2);
  await using fresh = await deployment.startNode([known, newest]);
  await waitFor(
    async () => {
      const lanes = await readLanes(sql);
      const heldByOld = lanes.filter(({ holder }) => holder === old.id).length;
      return heldByOld <= mayKeep && heldByOld > 0 && lanes.every(({ holder }) => holder !== null);
    },
    { describe: 'the old node to have handed over, and the new one to have taken what is left' },
  );
  expect(new Set((await readLanes(sql, 'newest')).map(({ holder }) => holder))).toEqual(new Set([fresh.id]));
  await appendEntries(sql, entries(60, 30));
  await untilCaughtUp(sql, 'known');
  await untilCaughtUp(sql, 'newest');
  expect(await linesOf(sql, 'newest')).toHaveLength(60);
});
