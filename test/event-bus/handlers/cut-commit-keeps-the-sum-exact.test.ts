import { expect, test } from 'vitest';
import { CommitCutter } from '../../support/commit-cutter.ts';
import { waitFor } from '../../support/wait-for.ts';
import { createHandlerDeployment, readParked, untilCaughtUp } from './handler-deployment.ts';
import { canary } from './sample-handlers.ts';
import { appendEntries, entries, linesOf, orderFaults, sumOf, totalOf } from './sample-ledger.ts';

const ROUNDS = 3;
const PER_ROUND = 40;

test.for(['on its way there', 'on its way back'] as const)(
  'a transactional handler whose COMMIT is cut off %s, and which cannot know what became of it, handles every event exactly once',
  async (place) => {
    await using deployment = await createHandlerDeployment();
    const { sql, url } = deployment;
    await using cutter = await CommitCutter.listen(url);
    await using _node = await deployment.startNode([canary()], { DATABASE_URL: cutter.url });
    const made = entries(ROUNDS * PER_ROUND, 10);
    for (let round = 0; round < ROUNDS; round++) {
      cutter.arm(place);
      await appendEntries(sql, made.slice(round * PER_ROUND, (round + 1) * PER_ROUND));
      await waitFor(() => cutter.cuts === round + 1, { describe: 'a COMMIT to be cut off' });
      await untilCaughtUp(sql, 'canary');
    }
    // The batch after the last cut would bring a repeated one with it.
    made.push(...entries(10, 10));
    await appendEntries(sql, made.slice(-10));
    await untilCaughtUp(sql, 'canary');
    expect(await totalOf(sql, 'canary')).toBe(sumOf(made));
    const lines = await linesOf(sql, 'canary');
    expect(lines).toHaveLength(made.length);
    expect(orderFaults(lines)).toEqual([]);
    expect(await readParked(sql, 'canary')).toEqual([]);
  },
);
