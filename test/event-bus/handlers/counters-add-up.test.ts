import { expect, test } from 'vitest';
import { createHandlerDeployment, untilSettled } from './handler-deployment.ts';
import { canary, courier } from './sample-handlers.ts';
import { appendEntries, entries } from './sample-ledger.ts';

const COUNT = 100;

test.for(['transactional', 'external'] as const)(
  'a %s handler counts each event it handled once and each failure once',
  async (kind) => {
    await using deployment = await createHandlerDeployment();
    const { sql } = deployment;
    const failedOnce = new Set<string>();
    const inspect = (event: { readonly id: string; readonly data: { readonly amount: number } }): void => {
      if (event.data.amount % 10 !== 0 || failedOnce.has(event.id)) return;
      failedOnce.add(event.id);
      throw new Error('Once.');
    };
    const handler =
      kind === 'transactional'
        ? canary({ name: 'counted', lanes: 2, batchSize: 1, inspect })
        : courier({
            name: 'counted',
            lanes: 2,
            deliver: async (event) => {
              inspect(event);
              return undefined;
            },
          });
    await using _node = await deployment.startNode([handler]);
    await appendEntries(sql, entries(COUNT, 20));
    await untilSettled(sql, 'counted');
    const [counted] = await sql<{ processed: number; failed: number; types: string[] }>(
      `select sum(processed)::int as processed, sum(failed)::int as failed, array_agg(distinct event_type) as types
     from handler_counter where handler = 'counted'`,
    );
    expect(counted).toEqual({ processed: COUNT, failed: failedOnce.size, types: ['LEDGER_ENTRY_MADE'] });
    expect(failedOnce.size).toBe(COUNT / 10);
  },
);
