import { expect, test } from 'vitest';
import type { Sql } from '../../../src/database/sql.ts';
import { waitFor } from '../../support/wait-for.ts';
import { createHandlerDeployment, readLanes } from './handler-deployment.ts';
import { canary } from './sample-handlers.ts';

const LEASES = 4;

async function firstExpiry(sql: Sql): Promise<number> {
  const [row] = await sql<{ at: number | null }>(
    `select extract(epoch from min(lease_expires_at))::float8 * 1000 as at from handler_lane where handler = 'canary'
     having count(*) = count(lease_expires_at)`,
  );
  return row?.at ?? 0;
}

test('while its holder lives a lane stays where it is, lease after lease', async () => {
  await using deployment = await createHandlerDeployment();
  const { sql } = deployment;
  const handlers = [canary({ lanes: 4 })];
  await using first = await deployment.startNode(handlers);
  await using second = await deployment.startNode(handlers);
  await waitFor(
    async () => {
      const lanes = await readLanes(sql);
      return [first, second].every(
        ({ id }) => lanes.filter(({ holder }) => holder === id).length >= Math.floor(lanes.length / 2),
      );
    },
    { describe: 'both nodes to have their share' },
  );
  const lanes = await readLanes(sql, 'canary');
  const expiry = await firstExpiry(sql);
  await waitFor(async () => (await firstExpiry(sql)) > expiry + LEASES * 600, {
    describe: 'the leases to have been renewed',
  });
  expect(await readLanes(sql, 'canary')).toEqual(lanes);
});
