import { expect, test } from 'vitest';
import { findJob } from '../../../src/event-bus/background-job.ts';
import type { Sql } from '../../../src/database/sql.ts';
import { EffectSink } from '../../support/effect-sink.ts';
import { HandlerProcess } from '../../support/handler-process.ts';
import { holdRows } from '../../support/held-rows.ts';
import { waitFor } from '../../support/wait-for.ts';
import { untilCaughtUp } from '../handlers/handler-deployment.ts';
import { appendEntries, entries, entry, sumOf } from '../handlers/sample-ledger.ts';
import { createProjectionDeployment, readTotals, rebuild, totals, TOTALS, untilEnded } from './sample-projection.ts';

const LOCK = 88_001;

/** Whoever writes the row of the ledger `gate` in a generation that is being rebuilt waits for the lock. */
async function buildGate(sql: Sql): Promise<void> {
  await sql(`create function hold_rebuild() returns trigger language plpgsql as $$ begin
    if new.ledger = 'gate' and new.generation > 1 then perform pg_advisory_xact_lock_shared(${LOCK}); end if; return new; end $$`);
  await sql('create trigger gate before insert or update on ledger_total for each row execute function hold_rebuild()');
}

test.for(['SIGKILL', 'SIGSTOP'] as const)(
  'a rebuild whose process gets %s in the middle of a step is gone on with by another, and applies nothing twice',
  { timeout: 90_000 },
  async (signal) => {
    await using deployment = await createProjectionDeployment();
    await using sink = await EffectSink.listen();
    const { sql, env, url } = deployment;
    // The first step takes 5,000 positions; the gate stands in the second.
    const made = [...entries(7_000, 200), entry('gate'), ...entries(2_000, 200)];
    await appendEntries(sql, made);
    const worker = await HandlerProcess.start({ env, sinkUrl: sink.url, lanes: 1, projects: true });
    await waitFor(async () => (await readTotals(sql)).generation > 0, { describe: 'the projection' });
    await untilCaughtUp(sql, TOTALS, 60_000);
    const { generation } = await readTotals(sql);
    await buildGate(sql);
    await using gate = await holdRows(url, `select pg_advisory_lock(${LOCK})`, []);
    let id = '';
    {
      // Asks for it, and does nothing itself.
      await using api = await deployment.startNode([], { SIGNALBOX_ROLE: 'api' }, { projections: [totals()] });
      id = await rebuild(api);
    }
    await gate.untilWaiting(1);
    worker.signal(signal);
    if (signal === 'SIGKILL') await worker.untilEnded();
    await using _other = await deployment.startNode([], {}, { projections: [totals()] });
    await waitFor(async () => (await findJob(sql, id))?.epoch === 2, { describe: 'the other node', timeoutMs: 20_000 });
    // The lock is of the session that took it.
    await gate[Symbol.asyncDispose]();
    const job = await untilEnded(sql, id);
    if (signal === 'SIGSTOP') worker.signal('SIGCONT');
    await worker[Symbol.asyncDispose]();

    expect(job).toMatchObject({ status: 'COMPLETED', state: { differences: [] } });
    expect(await readTotals(sql)).toMatchObject({
      generation: generation + 1,
      total: sumOf(made),
      entries: made.length,
    });
  },
);
