import { expect, test } from 'vitest';
import { cancelJob, findJob } from '../../../src/event-bus/background-job.ts';
import { EffectSink } from '../../support/effect-sink.ts';
import { HandlerProcess } from '../../support/handler-process.ts';
import { waitFor } from '../../support/wait-for.ts';
import { CommitGate } from '../handlers/commit-gate.ts';
import { createHandlerDeployment, untilCaughtUp } from '../handlers/handler-deployment.ts';
import { canary } from '../handlers/sample-handlers.ts';
import { appendEntries, entries, linesOf, sumOf, totalOf } from '../handlers/sample-ledger.ts';
import { replay, untilOver } from './sample-replay.ts';

test('a rate keeps it slow, a cancel ends it where it is, and nothing more is handed over', async () => {
  await using deployment = await createHandlerDeployment();
  const { sql } = deployment;
  await using node = await deployment.startNode([canary({ repeatable: true })]);
  const made = entries(400, 10);
  await appendEntries(sql, made);
  await untilCaughtUp(sql, 'canary');
  const id = await replay(sql, ['canary'], { eventsPerSecond: 20 }, node.app);
  // In portions of a second's worth: all at once would be over at the first look.
  const seen = await waitFor(
    async () => {
      const processed = (await findJob(sql, id))?.processed ?? 0;
      return processed > 0 && processed;
    },
    { describe: 'the first portion' },
  );
  expect(seen).toBeLessThanOrEqual(40);
  expect(await cancelJob(sql, id)).not.toBeNull();
  await waitFor(() => node.logs.some((line) => line.includes('A job was put down')), { describe: 'the end' });
  const job = await findJob(sql, id);
  expect(job?.status).toBe('CANCELLED');
  expect(await linesOf(sql, 'canary')).toHaveLength(400 + (job?.processed ?? 0));
});

test.for(['before the checkpoint', 'in the commit'] as const)(
  'a replay whose process is killed %s is gone on with by another, and hands nothing over twice',
  { timeout: 90_000 },
  async (place) => {
    await using deployment = await createHandlerDeployment();
    await using sink = await EffectSink.listen();
    const { sql, env, url } = deployment;
    const made = entries(900, 15);
    await appendEntries(sql, made);
    const worker = await HandlerProcess.start({ env, sinkUrl: sink.url, lanes: 2 });
    await untilCaughtUp(sql, 'canary', 60_000);
    await using gate = await CommitGate.build(url, sql, place);
    await gate.close();
    const id = await replay(sql, ['canary']);
    const pids = await gate.untilSomebodyWaits();
    worker.signal('SIGKILL');
    await worker.untilEnded();
    await gate.open();
    await gate.untilGone(pids);
    await using _next = await HandlerProcess.start({ env, sinkUrl: sink.url, lanes: 2 });
    expect(await untilOver(sql, id)).toMatchObject({ status: 'COMPLETED', processed: 900, failed: 0, epoch: 2 });
    expect(await totalOf(sql, 'canary')).toBe(2 * sumOf(made));
    await worker[Symbol.asyncDispose]();
  },
);
