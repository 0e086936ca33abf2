import { expect, test } from 'vitest';
import { EffectSink } from '../../support/effect-sink.ts';
import { HandlerProcess } from '../../support/handler-process.ts';
import { holdRows } from '../../support/held-rows.ts';
import { waitFor } from '../../support/wait-for.ts';
import {
  actsOf,
  createSagaDeployment,
  delivery,
  happen,
  historyOf,
  ParcelSent,
  ParcelSigned,
  standingOf,
  untilAt,
  untilStatus,
} from './sample-saga.ts';

const LOCK = 88_002;

test('two nodes share the sagas, and each step of each happens once', async () => {
  await using deployment = await createSagaDeployment();
  const { sql } = deployment;
  const sagas = [delivery()];
  await using first = await deployment.startNode([], {}, { sagas });
  await using second = await deployment.startNode([], {}, { sagas });
  const keys = Array.from({ length: 40 }, (_, index) => `p${index}`);
  await Promise.all([happen(first, ParcelSent, ...keys.slice(0, 20)), happen(second, ParcelSent, ...keys.slice(20))]);
  await Promise.all(keys.map((key) => happen(first, ParcelSigned, key)));
  for (const key of keys) {
    await untilStatus(sql, key, 'COMPLETED');
    expect(await actsOf(sql, key)).toEqual(['pick', 'book', 'sign', 'close']);
  }
});

test.for(['SIGKILL', 'SIGSTOP'] as const)(
  'a saga whose process gets %s in the middle of a step is gone on with by another node, and no step happens twice',
  { timeout: 90_000 },
  async (signal) => {
    await using deployment = await createSagaDeployment();
    await using sink = await EffectSink.listen();
    const { sql, env, url } = deployment;
    await sql(`create function hold_step() returns trigger language plpgsql as $$ begin
      if new.what = 'book' then perform pg_advisory_xact_lock_shared(${LOCK}); end if; return new; end $$`);
    await sql('create trigger gate before insert on saga_act for each row execute function hold_step()');
    await using gate = await holdRows(url, `select pg_advisory_lock(${LOCK})`, []);
    await using worker = await HandlerProcess.start({ env, sinkUrl: sink.url, lanes: 1, saga: true });
    await using other = await deployment.startNode([], { SIGNALBOX_ROLE: 'api' });
    await happen(other, ParcelSent, 'p1');
    await gate.untilWaiting(1);
    expect(await actsOf(sql, 'p1')).toEqual(['pick']);
    worker.signal(signal);
    if (signal === 'SIGKILL') await worker.untilEnded();
    await using _next = await deployment.startNode([], {}, { sagas: [delivery()] });
    await gate[Symbol.asyncDispose]();
    await untilAt(sql, 'p1', 'sign');
    if (signal === 'SIGSTOP') worker.signal('SIGCONT');
    await happen(other, ParcelSigned, 'p1');
    await untilStatus(sql, 'p1', 'COMPLETED');
    expect(await actsOf(sql, 'p1')).toEqual(['pick', 'book', 'sign', 'close']);
    expect((await historyOf(sql, 'p1')).filter((line) => line.startsWith('STEP_DONE'))).toHaveLength(4);
  },
);

test('a paused saga stands still, its time-outs included, until it is resumed', async () => {
  await using deployment = await createSagaDeployment();
  const { sql } = deployment;
  await using node = await deployment.startNode([], {}, { sagas: [delivery({ withinMs: 300, forgiving: true })] });
  await happen(node, ParcelSent, 'p1');
  await untilAt(sql, 'p1', 'sign');
  await sql(`update handler set paused = true where name = 'delivery'`);
  await happen(node, ParcelSent, 'p2');
  await waitFor(
    async () =>
      (await sql(`select 1 from saga_instance where key = 'p1' and deadline < clock_timestamp()`)).length === 1,
    { describe: 'the time to be over' },
  );
  // Another saga that is not paused shows that the node does work.
  expect(await standingOf(sql, 'p1')).toMatchObject({ status: 'RUNNING' });
  expect(await standingOf(sql, 'p2')).toBeNull();
  await sql(`update handler set paused = false where name = 'delivery'`);
  await untilStatus(sql, 'p1', 'COMPLETED');
  await untilStatus(sql, 'p2', 'COMPLETED');
});

test('a step that meets a database that goes away is not counted as failed', async () => {
  await using deployment = await createSagaDeployment();
  const { sql } = deployment;
  let cut = 0;
  const inspect = async (what: string): Promise<void> => {
    if (what !== 'book' || cut++ > 0) return;
    await sql(`select pg_terminate_backend(pid) from pg_stat_activity
               where datname = current_database() and pid <> pg_backend_pid() and state = 'idle in transaction'`);
  };
  await using node = await deployment.startNode([], {}, { sagas: [delivery({ inspect })] });
  await happen(node, ParcelSent, 'p1');
  await happen(node, ParcelSigned, 'p1');
  await untilStatus(sql, 'p1', 'COMPLETED');
  expect(await historyOf(sql, 'p1')).not.toContain('ATTEMPT_FAILED book');
  expect(cut).toBeGreaterThan(1);
});
