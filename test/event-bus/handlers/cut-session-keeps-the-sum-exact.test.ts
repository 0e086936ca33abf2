import { expect, test } from 'vitest';
import { CommitGate } from './commit-gate.ts';
import { createHandlerDeployment, readParked, untilCaughtUp } from './handler-deployment.ts';
import { canary } from './sample-handlers.ts';
import { appendEntries, entries, linesOf, orderFaults, sumOf, totalOf } from './sample-ledger.ts';

test.for(['before the checkpoint', 'in the commit'] as const)(
  'a transactional handler whose session is ended %s handles every event exactly once, and counts it as no failure of theirs',
  async (place) => {
    await using deployment = await createHandlerDeployment();
    const { sql, url } = deployment;
    await using gate = await CommitGate.build(url, sql, place);
    await gate.close();
    await using _node = await deployment.startNode([canary({ lanes: 2, batchSize: 1, retry: { maxAttempts: 1 } })]);
    const made = entries(60, 15);
    await appendEntries(sql, made);
    for (let cuts = 0; cuts < 3; cuts++) {
      const pids = await gate.untilSomebodyWaits();
      await sql('select pg_terminate_backend(pid) from unnest($1::integer[]) as pid', [pids]);
      await gate.untilGone(pids);
    }
    await gate.open();
    await untilCaughtUp(sql, 'canary');
    expect(await totalOf(sql, 'canary')).toBe(sumOf(made));
    const lines = await linesOf(sql, 'canary');
    expect(lines).toHaveLength(made.length);
    expect(orderFaults(lines)).toEqual([]);
    expect(await readParked(sql, 'canary')).toEqual([]);
  },
);
