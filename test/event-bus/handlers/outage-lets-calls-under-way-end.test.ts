import { expect, test } from 'vitest';
import { waitFor } from '../../support/wait-for.ts';
import { createHandlerDeployment, untilSettled } from './handler-deployment.ts';
import { courier } from './sample-handlers.ts';
import { appendEntries, entries, entry } from './sample-ledger.ts';

test('a call under way when the circuit opens ends as it would have, and is marked; it is not repeated', async () => {
  await using deployment = await createHandlerDeployment();
  const { sql } = deployment;
  const arrive = Promise.withResolvers<void>();
  const delivered: string[] = [];
  let isDown = true;
  const handler = courier({
    lanes: 1,
    concurrency: 8,
    retry: { maxAttempts: 100 },
    async deliver(event) {
      if (event.data.note === 'slow') await arrive.promise;
      else if (isDown) throw new Error('The depot is closed.');
      delivered.push(event.id);
      return undefined;
    },
  });
  await using node = await deployment.startNode([handler]);
  const ids = await appendEntries(sql, [entry('slow', { note: 'slow' }), ...entries(30, 30)]);
  // What is parked by a failure is counted, what is refused unseen is not: the count stands still once it is open.
  await waitFor(
    async () => (await sql(`select 1 from parked_event where handler = 'courier' and attempts > 0`)).length >= 5,
    { describe: 'enough failures to open the circuit' },
  );
  arrive.resolve();
  await waitFor(
    async () =>
      (
        await sql(`select 1 from handler_effect where handler = 'courier' and event_id = $1 and outcome = 'done'`, [
          ids[0],
        ])
      ).length === 1,
    { describe: 'the mark of the slow call' },
  );
  await waitFor(() => node.logs.some((line) => line.includes('Waiting for a dependency')), { describe: 'the outage' });
  isDown = false;
  await untilSettled(sql, 'courier', 30_000);
  await waitFor(() => delivered.length >= ids.length, { describe: 'the rest' });
  expect(delivered.filter((id) => id === ids[0])).toHaveLength(1);
  expect(new Set(delivered).size).toBe(ids.length);
}, 60_000);
