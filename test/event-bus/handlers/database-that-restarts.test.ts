import { expect, test } from 'vitest';
import { startPostgres } from '../../support/postgres-server.ts';
import { waitFor } from '../../support/wait-for.ts';
import { createHandlerDeployment, readParked, untilSettled } from './handler-deployment.ts';
import { canary, courier } from './sample-handlers.ts';
import { appendEntries, entries, linesOf, orderFaults, sumOf, totalOf } from './sample-ledger.ts';

test('when PostgreSQL is killed or restarted amid work the handlers go on by themselves, and the sum is exact', async () => {
  await using server = await startPostgres({ durable: true });
  await using deployment = await createHandlerDeployment(server.url);
  const { sql } = deployment;
  const delivered: { readonly ledger: string; readonly version: number; readonly id: string }[] = [];
  const handlers = [
    canary({ lanes: 2, batchSize: 5 }),
    courier({
      lanes: 2,
      concurrency: 2,
      deliver: async ({ id, aggregateId: ledger, version }) => {
        delivered.push({ id, ledger, version });
        return undefined;
      },
    }),
  ];
  await using _node = await deployment.startNode(handlers);
  const made = entries(1_500, 30);
  for (const [round, interrupt] of [() => server.kill(), () => server.stop(), () => server.kill()].entries()) {
    await appendEntries(sql, made.slice(round * 500, (round + 1) * 500));
    await waitFor(async () => (await linesOf(sql, 'canary')).length > round * 500 + 20, { describe: 'some work' });
    await interrupt();
    await server.restart();
  }
  await untilSettled(sql, 'canary', 40_000);
  await untilSettled(sql, 'courier', 40_000);
  expect(await totalOf(sql, 'canary')).toBe(sumOf(made));
  expect(orderFaults(await linesOf(sql, 'canary'))).toEqual([]);
  expect(new Set(delivered.map(({ id }) => id)).size).toBe(made.length);
  expect(await readParked(sql, 'canary')).toEqual([]);
  expect(await readParked(sql, 'courier')).toEqual([]);
  const [failed] = await sql<{ failed: number }>('select coalesce(sum(failed), 0)::int as failed from handler_counter');
  expect(failed?.failed).toBe(0);
}, 120_000);
