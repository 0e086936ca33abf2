import { expect, test } from 'vitest';
import { EffectSink } from '../../support/effect-sink.ts';
import { HandlerProcess } from '../../support/handler-process.ts';
import { CommitGate } from './commit-gate.ts';
import { createHandlerDeployment, untilCaughtUp } from './handler-deployment.ts';
import { appendEntries, entries, linesOf, orderFaults, sumOf, totalOf } from './sample-ledger.ts';

const KILLS = 3;
const PER_ROUND = 60;

test.for(['before the checkpoint', 'in the commit'] as const)(
  'a transactional handler whose process is killed %s, again and again, has handled every event exactly once',
  { timeout: 90_000 },
  async (place) => {
    await using deployment = await createHandlerDeployment();
    await using sink = await EffectSink.listen();
    const { sql, env, url } = deployment;
    await using gate = await CommitGate.build(url, sql, place);
    const made = entries(PER_ROUND * (KILLS + 1), 15);
    for (let round = 0; round < KILLS; round++) {
      await gate.close();
      await appendEntries(sql, made.slice(round * PER_ROUND, (round + 1) * PER_ROUND));
      await using worker = await HandlerProcess.start({ env, sinkUrl: sink.url, lanes: 2 });
      const pids = await gate.untilSomebodyWaits();
      worker.signal('SIGKILL');
      await worker.untilEnded();
      // What had been sent to the database goes its way: a COMMIT under way takes place though nobody hears of it.
      await gate.open();
      await gate.untilGone(pids);
    }
    await appendEntries(sql, made.slice(KILLS * PER_ROUND));
    await using _last = await HandlerProcess.start({ env, sinkUrl: sink.url, lanes: 2 });
    await untilCaughtUp(sql, 'canary');
    expect(await totalOf(sql, 'canary')).toBe(sumOf(made));
    const lines = await linesOf(sql, 'canary');
    expect(lines).toHaveLength(made.length);
    expect(orderFaults(lines)).toEqual([]);
  },
);
