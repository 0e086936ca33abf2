import { expect, test } from 'vitest';
import { waitFor } from '../../support/wait-for.ts';
import { createHandlerDeployment, untilSettled } from './handler-deployment.ts';
import { courier } from './sample-handlers.ts';
import { appendEntries, entries } from './sample-ledger.ts';

test('a handler that declares more calls at once than a dependency has otherwise, has them, and no more', async () => {
  await using deployment = await createHandlerDeployment();
  const open = Promise.withResolvers<void>();
  let underWay = 0;
  let most = 0;
  const handler = courier({
    lanes: 1,
    concurrency: 24,
    async deliver() {
      most = Math.max(most, ++underWay);
      await open.promise;
      underWay--;
      return undefined;
    },
  });
  await using _node = await deployment.startNode([handler]);
  await appendEntries(deployment.sql, entries(60, 60));
  await waitFor(() => underWay >= 24, { describe: 'as many calls as it declares' });
  open.resolve();
  await untilSettled(deployment.sql, 'courier', 30_000);
  expect(most).toBe(24);
});
