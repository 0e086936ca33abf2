import { expect, test } from 'vitest';
import { createHandlerDeployment, readParked, untilSettled } from './handler-deployment.ts';
import { courier } from './sample-handlers.ts';
import { appendEntries, entry } from './sample-ledger.ts';

test('one event that fails again and again is given up in the end, and is no sign that the dependency is down', async () => {
  await using deployment = await createHandlerDeployment();
  const { sql } = deployment;
  const handler = courier({
    retry: { maxAttempts: 8 },
    async deliver() {
      throw new Error('Always.');
    },
  });
  await using node = await deployment.startNode([handler]);
  const [poison] = await appendEntries(sql, [entry('alone')]);
  await untilSettled(sql, 'courier');
  expect(await readParked(sql, 'courier')).toMatchObject([{ event_id: poison, state: 'dead', attempts: 8 }]);
  expect(node.logs.filter((line) => line.includes('Waiting for a dependency'))).toEqual([]);
});
